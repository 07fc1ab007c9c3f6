import { noSuch } from './errors.ts';
import { type Form, integerOf, mapOf, textOf } from './form.ts';
import { list } from './ledger.ts';

type Row = { id: string; created: number };
type Paged<T> = { rows: T[]; keep?: (row: T) => boolean; query: Form; url: string };

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

/**
 * One page of a list: `rows` newest first, those of the asked `created` range that `keep` keeps. The cursor is looked for
 * in all rows, so that one that is no longer kept still marks its place. https://docs.stripe.com/api/pagination
 */
export function pageOf<T extends Row>({ rows, keep = () => true, query, url }: Paged<T>): object {
  const limit = Math.min(Math.max(integerOf(query, 'limit') ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
  const inRange = createdIn(query);
  const wanted = (row: T): boolean => inRange(row.created) && keep(row);
  const before = placeOf(rows, query, 'ending_before');
  if (before !== null) {
    const found = rows.slice(0, before).filter(wanted);
    return list(found.slice(-limit), url, found.length > limit);
  }
  const after = placeOf(rows, query, 'starting_after');
  const found = rows.slice(after === null ? 0 : after + 1).filter(wanted);
  return list(found.slice(0, limit), url, found.length > limit);
}

/** Whether a row has the values that the query asks for under these names, those that it does not name set aside. */
export function isOf<K extends string>(query: Form, ...names: K[]): (row: { [name in K]?: unknown }) => boolean {
  const asked = names.filter((name) => query[name] !== undefined);
  return (row) => asked.every((name) => row[name] === query[name]);
}

function placeOf(rows: Row[], query: Form, param: string): number | null {
  const id = textOf(query, param);
  if (id === null) return null;
  const place = rows.findIndex((row) => row.id === id);
  if (place < 0) throw noSuch('object', id, param);
  return place;
}

/** `created=1` means that second, `created[gte]=1&created[lt]=9` a range of seconds. */
function createdIn(query: Form): (seconds: number) => boolean {
  const exactly = typeof query.created === 'string' ? integerOf(query, 'created') : null;
  if (exactly !== null) return (seconds) => seconds === exactly;
  const range = mapOf(query, 'created');
  const bound = (key: string): number | null => integerOf(range, key, `created[${key}]`);
  const { gt, gte, lt, lte } = { gt: bound('gt'), gte: bound('gte'), lt: bound('lt'), lte: bound('lte') };
  return (seconds) =>
    (gt === null || seconds > gt) &&
    (gte === null || seconds >= gte) &&
    (lt === null || seconds < lt) &&
    (lte === null || seconds <= lte);
}
