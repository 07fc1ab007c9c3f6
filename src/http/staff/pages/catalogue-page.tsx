import { CATALOGUE_GROUPS } from '../../../domain/catalogue-filter.ts';
import { formatMoney } from '../../../domain/money.ts';
import type { CataloguePage, CounterPreview, StaffProduct } from '../../../flows/show-catalogue.ts';
import { type CatalogueView, catalogueAddress } from '../catalogue-view.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { CATALOGUE_WORDS } from '../words/catalogue-words.ts';
import { IMPORT_WORDS } from '../words/import-words.ts';
import { STAFF_WORDS } from '../words/staff-words.ts';
import { CounterPreviewCard } from './counter-preview.tsx';

export type CatalogueFacts = {
  frame: StaffFrame;
  view: CatalogueView;
  page: CataloguePage;
  preview?: CounterPreview | undefined;
};

/** Pictures of other sites are not shown: our pages load nothing from elsewhere. */
export function Thumbnail({ product, size }: { product: StaffProduct; size: number }) {
  const { imageUrl } = product;
  return imageUrl?.startsWith('/') ? (
    <img class="thumbnail" src={imageUrl} alt="" width={size} height={size} loading="lazy" />
  ) : (
    <span class="thumbnail" aria-hidden="true" />
  );
}

/** "Jarry 8, Basse-Terre 4 (1 reserved)" */
function stockLine(product: StaffProduct, words: (typeof CATALOGUE_WORDS)['fr']): string {
  if (!product.stocked) return words.service;
  if (product.stock.every(({ onHand }) => onHand === 0)) return words.outOfStock;
  return product.stock
    .map(({ locationName, onHand, reserved }) => {
      const held = reserved > 0 ? ` (${words.reserved(reserved)})` : '';
      return `${locationName}\u00a0${onHand}${held}`;
    })
    .join(', ');
}

export function ProductRow({ frame, product, place }: { frame: StaffFrame; product: StaffProduct; place?: string }) {
  const words = CATALOGUE_WORDS[frame.locale];
  return (
    <li>
      <a class="card row pictured" href={`/staff/catalogue/${product.id}`}>
        <Thumbnail product={product} size={56} />
        <span>
          <span class="between one-line">
            <b>
              {place && `${place} `}
              {product.label}
            </b>
            <b class="amount">{formatMoney(product.priceMinor, product.currency, frame.locale)}</b>
          </span>
          <span class="between">
            <span class="soft small">
              {product.sku} · {stockLine(product, words)}
            </span>
            {!product.active && <span class="tag tone-grey">{words.hidden}</span>}
          </span>
        </span>
      </a>
    </li>
  );
}

function Filters({ frame, view, page }: CatalogueFacts) {
  const words = CATALOGUE_WORDS[frame.locale];
  const { after: _, ...kept } = view;
  return (
    <>
      <form method="get" action="/staff/catalogue" class="stack">
        {view.group && <input type="hidden" name="group" value={view.group} />}
        <div class="search">
          <input
            type="search"
            name="q"
            value={view.query}
            placeholder={words.searchHint}
            aria-label={words.searchHint}
          />
          <button type="submit" class="button secondary">
            {STAFF_WORDS[frame.locale].search}
          </button>
        </div>
        <details class="fold" open={Boolean(view.category)}>
          <summary>{words.category}</summary>
          <div class="fields">
            <select name="category" aria-label={words.category}>
              <option value="">{words.everyCategory}</option>
              {page.categories.map((category) => (
                <option key={category} value={category} selected={category === view.category}>
                  {category}
                </option>
              ))}
            </select>
            <button type="submit" class="button secondary">
              {words.apply}
            </button>
          </div>
        </details>
      </form>
      <nav class="chips" aria-label={words.byGroup}>
        {[undefined, ...CATALOGUE_GROUPS].map((group) => (
          <a
            key={group}
            href={catalogueAddress({ ...kept, group } as CatalogueView)}
            aria-current={group === view.group ? 'page' : undefined}
          >
            {words.groups[group ?? 'all']}
          </a>
        ))}
      </nav>
    </>
  );
}

export function cataloguePage(facts: CatalogueFacts) {
  const { frame, view, page, preview } = facts;
  const words = CATALOGUE_WORDS[frame.locale];
  const { after: _, ...kept } = view;
  return (
    <StaffLayout frame={frame} title={words.catalogue}>
      <h1>{words.catalogue}</h1>
      <Filters {...facts} />
      {page.products.length === 0 && <p class="card soft">{words.none}</p>}
      <ul class="rows">
        {page.products.map((product) => (
          <ProductRow key={product.id} frame={frame} product={product} />
        ))}
      </ul>
      <nav class="acts">
        {view.after && (
          <a class="button secondary" href={catalogueAddress(kept)}>
            {words.fromTop}
          </a>
        )}
        {page.next && (
          <a class="button secondary" rel="next" href={catalogueAddress({ ...view, after: page.next })}>
            {words.more}
          </a>
        )}
        {frame.staff.role === 'manager' && (
          <>
            <a class="button secondary" href="/staff/catalogue/new">
              {words.newProduct}
            </a>
            <a class="button secondary" href="/staff/catalogue/import">
              {IMPORT_WORDS[frame.locale].title}
            </a>
          </>
        )}
      </nav>
      <CounterPreviewCard frame={frame} action="/staff/catalogue" words={view.words} preview={preview} />
    </StaffLayout>
  );
}
