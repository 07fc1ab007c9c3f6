import { CATALOGUE_GROUPS, type CatalogueGroup } from '../../domain/catalogue-filter.ts';
import { storableText } from '../../domain/storable.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { CatalogueWish } from '../../flows/show-catalogue.ts';
import { single } from '../identifiers.ts';

/** What of the catalogue an address shows; `words` are what a customer might type. */
export type CatalogueView = {
  group?: CatalogueGroup;
  category?: string;
  query?: string;
  words?: string;
  after?: string;
};

const line = (value: unknown, chars: number) => storableText(single(value)).trim().slice(0, chars);

/** What of the address makes no sense is left out, as if it had not been there. */
export function readCatalogueView(given: Record<string, unknown>): CatalogueView {
  const group = CATALOGUE_GROUPS.find((each) => each === given.group);
  const [category, query, words] = [line(given.category, 100), line(given.q, 80), line(given.typed, 300)];
  const after = single(given.after);
  return {
    ...(group && { group }),
    ...(category && { category }),
    ...(query && { query }),
    ...(words && { words }),
    ...(isUuid(after) && { after }),
  };
}

export function wishOf({ group, category, query, after }: CatalogueView): CatalogueWish {
  const filter = { ...(group && { group }), ...(category && { category }) };
  return { filter, ...(query && { query }), ...(after && { after }) };
}

/** The address that shows this, e.g. /staff/catalogue?group=low */
export function catalogueAddress({ group, category, query: q, after }: CatalogueView): string {
  const named = Object.entries({ group, category, q, after });
  const search = new URLSearchParams(named.filter((entry): entry is [string, string] => !!entry[1]));
  return search.size > 0 ? `/staff/catalogue?${search}` : '/staff/catalogue';
}
