import type { Grain, ShopNumber } from '../domain/numbers.ts';
import type { Db, Tx } from './client.ts';
import { type Counted, numbersOf } from './number-measures.ts';

/** How far the numbers of a grain are counted. */
export type CountState = { timezone: string; settledUntil: string; countedAt: Date | null };

const READ_STATE = { timezone: true, settledUntil: true, countedAt: true } as const;
const stateOf = (row: { timezone: string; settledUntil: Date; countedAt: Date | null }): CountState => ({
  ...row,
  settledUntil: row.settledUntil.toISOString().slice(0, 10),
});

/** Undefined before the first count. */
export async function countState(db: Db, grain: Grain): Promise<CountState | undefined> {
  const row = await db.numberCount.findUnique({ where: { grain }, select: READ_STATE });
  return row ? stateOf(row) : undefined;
}

/** The same, and nobody else counts until the transaction ends. */
export async function lockCount(tx: Tx, grain: Grain): Promise<CountState | undefined> {
  await tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(hashtext(${`numbers:${grain}`}::text))`;
  const row = await tx.numberCount.findUnique({ where: { grain }, select: READ_STATE });
  return row ? stateOf(row) : undefined;
}

export async function saveCount(tx: Tx, grain: Grain, state: CountState): Promise<void> {
  const values = { ...state, settledUntil: new Date(state.settledUntil) };
  await tx.numberCount.upsert({ where: { grain }, create: { grain, ...values }, update: values });
}

/** Has everything counted anew: for what changed long ago, as orders that were imported. */
export async function countAllAgain(db: Db): Promise<void> {
  await db.numberCount.deleteMany();
}

/** The day, where the shop is, of the first thing there is a number of. */
export async function firstDayWithNumbers(tx: Tx, timezone: string): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ day: string | null }[]>`
    SELECT to_char(LEAST((SELECT min(created_at) FROM orders) AT TIME ZONE ${timezone},
      (SELECT min(day)::timestamp FROM model_spending),
      (SELECT min(received_at) FROM payments) AT TIME ZONE ${timezone},
      (SELECT min(failed_at) FROM outbound_messages WHERE status IN ('failed', 'undelivered')) AT TIME ZONE ${timezone}),
      'YYYY-MM-DD') AS day`;
  return row?.day ?? undefined;
}

/** Makes the kept numbers of these days what the tables say; how many changed. */
export async function countAgain(tx: Tx, counted: Counted): Promise<number> {
  const { grain, firstDay, endDay } = counted;
  const [row] = await tx.$queryRaw<{ changed: number }[]>`
    WITH fresh AS MATERIALIZED (${numbersOf(counted)}),
    gone AS (
      DELETE FROM shop_numbers n WHERE n.grain = ${grain} AND n.starts_on >= ${firstDay}::date
        AND n.starts_on < ${endDay}::date AND NOT EXISTS (SELECT 1 FROM fresh f
          WHERE f.starts_on = n.starts_on AND f.measure = n.measure AND f.subject = n.subject)
      RETURNING 1),
    kept AS (
      INSERT INTO shop_numbers AS n (grain, measure, starts_on, subject, value)
      SELECT ${grain}, measure, starts_on, subject, value FROM fresh
      ON CONFLICT (grain, starts_on, measure, subject) DO UPDATE SET value = EXCLUDED.value
        WHERE n.value IS DISTINCT FROM EXCLUDED.value
      RETURNING 1)
    SELECT ((SELECT count(*) FROM gone) + (SELECT count(*) FROM kept))::int AS changed`;
  return row?.changed ?? 0;
}

type Range = { grain: Grain; first: string; last: string };

/** All numbers of some days, weeks or months but the products', which are many. */
export async function shopNumbers(db: Db, { grain, first, last }: Range): Promise<ShopNumber[]> {
  const [row] = await db.$queryRaw<{ numbers: ShopNumber[] | null }[]>`
    SELECT json_agg(json_build_object('measure', measure, 'startsOn', starts_on, 'subject', subject, 'value', value)
      ORDER BY measure, starts_on, subject) AS numbers
    FROM shop_numbers WHERE grain = ${grain} AND starts_on BETWEEN ${first}::date AND ${last}::date
      AND measure NOT IN ('product_pieces', 'product_minor')`;
  return row?.numbers ?? [];
}

export type ProductSold = { currency: string; sku: string; label: string; pieces: number; minor: number };

/** What sold best, by money, in each currency; and how many more sold. */
export async function productsSold(
  db: Db,
  { grain, first, last, limit }: Range & { limit: number },
): Promise<{ products: ProductSold[]; more: number }> {
  const rows = await db.$queryRaw<(ProductSold & { of: number })[]>`
    SELECT split_part(n.subject, ' ', 1) AS currency, substr(n.subject, strpos(n.subject, ' ') + 1) AS sku,
      coalesce(p.label, '') AS label, n.pieces, n.minor, n.of
    FROM (SELECT subject, sum(value) FILTER (WHERE measure = 'product_pieces') AS pieces,
        sum(value) FILTER (WHERE measure = 'product_minor') AS minor, count(*) OVER ()::int AS of
      FROM shop_numbers WHERE grain = ${grain} AND starts_on BETWEEN ${first}::date AND ${last}::date
        AND measure IN ('product_pieces', 'product_minor')
      GROUP BY subject ORDER BY minor DESC, subject LIMIT ${limit}) n
    LEFT JOIN products p ON p.sku = substr(n.subject, strpos(n.subject, ' ') + 1)
    ORDER BY n.minor DESC, n.subject`;
  return {
    products: rows.map(({ of: _, ...product }) => product),
    more: Math.max(0, (rows[0]?.of ?? 0) - rows.length),
  };
}

/** Every number of some days, weeks or months as a row, products with their names. */
export function allNumbers(db: Db, { grain, first, last }: Range): Promise<(ShopNumber & { name: string | null })[]> {
  return db.$queryRaw`
    SELECT n.measure, to_char(n.starts_on, 'YYYY-MM-DD') AS "startsOn", n.subject, p.label AS name, n.value
    FROM shop_numbers n LEFT JOIN products p ON n.measure LIKE 'product%'
      AND p.sku = substr(n.subject, strpos(n.subject, ' ') + 1)
    WHERE n.grain = ${grain} AND n.starts_on BETWEEN ${first}::date AND ${last}::date
    ORDER BY n.measure, n.starts_on, n.subject`;
}

/** Whether there is any number at all. */
export async function hasNumbers(db: Db): Promise<boolean> {
  return (await db.shopNumber.findFirst({ select: { grain: true } })) !== null;
}
