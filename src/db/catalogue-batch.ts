import { randomUUID } from 'node:crypto';
import type { CatalogueLine } from '../domain/catalogue-line.ts';
import { onHandOfFile } from '../domain/stock-deed.ts';
import type { BadLine, NumberedLine } from './catalogue-file.ts';
import type { Tx } from './client.ts';
import { type LocationFacts, makeLocations } from './locations.ts';
import { paidWaiting } from './paid-waiting.ts';
import { indexProducts } from './search-index.ts';

export type BatchResult = {
  created: number;
  updated: number;
  unchanged: number;
  stockChanges: number;
  /** Products that were not there before, and those that changed. */
  createdSkus: string[];
  updatedSkus: string[];
  badLines: BadLine[];
  /** Codes of locations made because lines name them. */
  locationsMade: string[];
};
type LevelRow = { id: string; sku: string; location: string; slot: string | null; onHand: number; reserved: number };
type Level = LevelRow & { paidWaiting: number };
type Place = NonNullable<CatalogueLine['stock']>;
/** A line with a stock, beside the level it changes if there is one already. */
type StockedLine = { sku: string; place: Place; level: Level | undefined };

const placeKey = (sku: string, location: string) => JSON.stringify([sku, location]);

/** The stock levels of these products, locked in id order as everybody locks them. */
async function lockLevels(tx: Tx, skus: string[]): Promise<Level[]> {
  const rows = await tx.$queryRaw<LevelRow[]>`
    SELECT s.id, p.sku, l.code AS location, s.slot, s.on_hand AS "onHand", s.reserved
    FROM stock_levels s JOIN products p ON p.id = s.product_id JOIN locations l ON l.id = s.location_id
    WHERE p.sku = ANY(${skus}::text[]) ORDER BY s.id FOR UPDATE OF s`;
  const paid = await paidWaiting(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, paidWaiting: paid.get(row.id) ?? 0 }));
}

/** Who holds the slots these lines want, other than levels that these lines move themselves. */
async function takenSlots(tx: Tx, lines: readonly CatalogueLine[]): Promise<Map<string, string>> {
  const moved = new Set(lines.flatMap(({ sku, stock }) => (stock ? [placeKey(sku, stock.location)] : [])));
  const slots = lines.flatMap(({ stock }) => (stock?.slot ? [stock.slot] : []));
  const rows = await tx.$queryRaw<{ location: string; slot: string; sku: string }[]>`
    SELECT l.code AS location, s.slot, p.sku
    FROM stock_levels s JOIN products p ON p.id = s.product_id JOIN locations l ON l.id = s.location_id
    WHERE s.slot = ANY(${slots}::text[])`;
  const held = rows.filter(({ sku, location }) => !moved.has(placeKey(sku, location)));
  return new Map(held.map(({ location, slot, sku }) => [placeKey(slot, location), sku]));
}

type Known = {
  locations: Set<string>;
  levels: Map<string, Level>;
  stockedSkus: Set<string>;
};

function problemsOf({ sku, stock }: CatalogueLine, known: Known): string[] {
  if (!stock) {
    return known.stockedSkus.has(sku)
      ? ['stock is empty, but this product is kept in stock: write 0 to sell no more']
      : [];
  }
  if (!known.locations.has(stock.location)) {
    return [`location ${stock.location} does not exist: add it with "npm run locations:import"`];
  }
  const level = known.levels.get(placeKey(sku, stock.location));
  return level ? promisedProblem(stock.onHand, level) : [];
}

/** What is reserved must lie there, beside what is paid. */
function promisedProblem(pieces: number, { reserved, paidWaiting: paid }: Level): string[] {
  if (onHandOfFile(pieces, paid) >= reserved) return [];
  if (paid === 0) return [`stock ${pieces} is below the ${reserved} that orders have reserved`];
  return [`stock ${pieces} is below the ${reserved + paid} that orders wait for, ${paid} of them paid`];
}

/** The lines as they are good or bad for this database. */
async function checkLines(tx: Tx, batch: readonly NumberedLine[], known: Known) {
  const badLines = new Map<number, string[]>();
  for (const { line, value } of batch) {
    const problems = problemsOf(value, known);
    if (problems.length > 0) badLines.set(line, problems);
  }
  const isGood = ({ line }: NumberedLine) => !badLines.has(line);
  const slots = await takenSlots(
    tx,
    batch.filter(isGood).map(({ value }) => value),
  );
  for (const { line, value } of batch.filter(isGood)) {
    const { stock } = value;
    const holder = stock?.slot ? slots.get(placeKey(stock.slot, stock.location)) : undefined;
    if (stock && holder) badLines.set(line, [`slot ${stock.slot} at ${stock.location} holds ${holder}`]);
  }
  return {
    good: batch.filter(isGood).map(({ value }) => value),
    badLines: [...badLines].map(([line, problems]): BadLine => ({ line, problems })),
  };
}

/** One row per sku; an unchanged product is not written, so that its `updated_at` tells the truth. */
async function upsertProducts(tx: Tx, lines: readonly CatalogueLine[]): Promise<{ sku: string; created: boolean }[]> {
  const rows = [...new Map(lines.map((line) => [line.sku, line])).values()].map(({ stock, ...product }) => ({
    ...product,
    stocked: stock !== null,
  }));
  return tx.$queryRaw<{ sku: string; created: boolean }[]>`
    INSERT INTO products AS p (sku, brand, model, label, description, category, attributes, price_minor, currency,
      image_url, stocked)
    SELECT sku, brand, model, label, description, category, attributes, "priceMinor", currency, "imageUrl", stocked
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (sku text, brand text, model text, label text,
      description text, category text, attributes jsonb, "priceMinor" int, currency text, "imageUrl" text,
      stocked boolean)
    ORDER BY sku
    ON CONFLICT (sku) DO UPDATE SET brand = EXCLUDED.brand, model = EXCLUDED.model, label = EXCLUDED.label,
      description = EXCLUDED.description, category = EXCLUDED.category, attributes = EXCLUDED.attributes,
      price_minor = EXCLUDED.price_minor, currency = EXCLUDED.currency, image_url = EXCLUDED.image_url,
      stocked = EXCLUDED.stocked, updated_at = now()
    WHERE (p.brand, p.model, p.label, p.description, p.category, p.attributes, p.price_minor, p.currency, p.image_url,
      p.stocked) IS DISTINCT FROM (EXCLUDED.brand, EXCLUDED.model, EXCLUDED.label,
      EXCLUDED.description, EXCLUDED.category, EXCLUDED.attributes, EXCLUDED.price_minor, EXCLUDED.currency,
      EXCLUDED.image_url, EXCLUDED.stocked)
    RETURNING sku, xmax = 0 AS created`;
}

/** Slots first empty, then set: two products of a batch may swap theirs. */
async function writeSlots(tx: Tx, lines: readonly StockedLine[]): Promise<void> {
  const moved = lines.flatMap(({ place, level }) =>
    level && level.slot !== place.slot ? [{ id: level.id, slot: place.slot }] : [],
  );
  if (moved.length === 0) return;
  const ids = moved.map(({ id }) => id);
  await tx.$executeRaw`UPDATE stock_levels SET slot = NULL WHERE id = ANY(${ids}::uuid[])`;
  await tx.$executeRaw`
    UPDATE stock_levels s SET slot = r.slot
    FROM jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) AS r (id uuid, slot text) WHERE s.id = r.id`;
}

/** Levels and their ledger move together; `reserved` is left as it is. Answers how many levels changed. */
async function writeStock(tx: Tx, lines: readonly StockedLine[]): Promise<number> {
  const created = lines
    .filter(({ level }) => !level)
    .map(({ sku, place }) => ({
      id: randomUUID(),
      sku,
      location: place.location,
      slot: place.slot,
      delta: place.onHand,
    }));
  const changed = lines
    .flatMap(({ place, level }) => (level ? [{ place, level }] : []))
    .map(({ place, level }) => ({ id: level.id, delta: onHandOfFile(place.onHand, level.paidWaiting) - level.onHand }))
    .filter(({ delta }) => delta !== 0);
  await tx.$executeRaw`
    INSERT INTO stock_levels (id, product_id, location_id, slot, on_hand)
    SELECT r.id, p.id, l.id, r.slot, r.delta
    FROM jsonb_to_recordset(${JSON.stringify(created)}::jsonb) AS r (id uuid, sku text, location text, slot text, delta int)
    JOIN products p ON p.sku = r.sku JOIN locations l ON l.code = r.location`;
  await tx.$executeRaw`
    UPDATE stock_levels s SET on_hand = s.on_hand + r.delta
    FROM jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) AS r (id uuid, delta int) WHERE s.id = r.id`;
  const movements = [
    ...created.filter(({ delta }) => delta > 0).map(({ id, delta }) => ({ id, delta, kind: 'received' })),
    ...changed.map(({ id, delta }) => ({ id, delta, kind: 'adjusted' })),
  ];
  await tx.$executeRaw`
    INSERT INTO stock_movements (stock_level_id, kind, on_hand_delta, reserved_delta, reason)
    SELECT r.id, r.kind::"StockMovementKind", r.delta, 0, 'import'
    FROM jsonb_to_recordset(${JSON.stringify(movements)}::jsonb) AS r (id uuid, delta int, kind text)`;
  return created.length + changed.length;
}

/**
 * Imports the good lines of a batch in the transaction given; the others come back with what the database objects. With
 * `newLocations`, locations nobody has heard of are made from those facts instead of objected to.
 */
export async function importBatch(
  tx: Tx,
  batch: readonly NumberedLine[],
  newLocations?: LocationFacts,
): Promise<BatchResult> {
  // One import at a time: two would race for the same new levels.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('catalogue-import'))`;
  const skus = [...new Set(batch.map(({ value }) => value.sku))];
  const levels = await lockLevels(tx, skus);
  const named = batch.flatMap(({ value }) => (value.stock ? [value.stock.location] : []));
  const locationsMade = newLocations ? await makeLocations(tx, named, newLocations) : [];
  const locations = await tx.location.findMany({ select: { code: true } });
  const known: Known = {
    locations: new Set(locations.map(({ code }) => code)),
    levels: new Map(levels.map((level) => [placeKey(level.sku, level.location), level])),
    stockedSkus: new Set(levels.map(({ sku }) => sku)),
  };
  const { good, badLines } = await checkLines(tx, batch, known);
  const written = await upsertProducts(tx, good);
  await indexProducts(
    tx,
    good.map(({ sku }) => sku),
  );
  const stocked = good.flatMap(({ sku, stock }) =>
    stock ? [{ sku, place: stock, level: known.levels.get(placeKey(sku, stock.location)) }] : [],
  );
  await writeSlots(tx, stocked);
  const stockChanges = await writeStock(tx, stocked);
  const products = new Set(good.map(({ sku }) => sku)).size;
  const createdSkus = written.filter(({ created }) => created).map(({ sku }) => sku);
  const updatedSkus = written.filter(({ created }) => !created).map(({ sku }) => sku);
  const counts = { created: createdSkus.length, updated: updatedSkus.length, unchanged: products - written.length };
  return { ...counts, createdSkus, updatedSkus, stockChanges, badLines, locationsMade };
}
