import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readCatalogueFile } from '../db/catalogue-file.ts';
import { importCatalogue } from '../db/catalogue-import.ts';
import type { Db } from '../db/client.ts';
import type { CatalogueLine } from '../domain/catalogue-line.ts';
import { AppError } from '../domain/errors.ts';
import type { ProductChange } from './eval-case.ts';

const DEMO_CATALOGUE = path.resolve(import.meta.dirname, '../../prisma/demo/catalogue.csv');
const COLUMNS =
  'sku,brand,model,label,description,category,attributes,price_minor,currency,stock,location,slot,image_url';

let demo: Promise<CatalogueLine[]> | undefined;

async function readDemo(): Promise<CatalogueLine[]> {
  const lines: CatalogueLine[] = [];
  for await (const item of readCatalogueFile(DEMO_CATALOGUE)) if ('good' in item) lines.push(item.good.value);
  return lines;
}

/** What there is of the product, with the change; of a product that is new, the change alone. */
function rowsOf({ stock, ...facts }: ProductChange, known: readonly CatalogueLine[]): CatalogueLine[] {
  const [first] = known;
  const blank = { brand: 'Comptoir', model: facts.label ?? '', label: '', description: '', category: 'Pneu été' };
  const base = first ?? { ...blank, attributes: {}, priceMinor: 0, currency: 'EUR', imageUrl: null, stock: null };
  const merged = { ...base, ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) };
  if (known.length === 0 && !stock) return [{ ...(merged as CatalogueLine), stock: null }];
  const places = new Map(known.flatMap((line) => (line.stock ? [[line.stock.location, line.stock] as const] : [])));
  for (const [location, onHand] of Object.entries(stock ?? {})) {
    places.set(location, { location, slot: places.get(location)?.slot ?? null, onHand });
  }
  if (places.size === 0) return [{ ...(merged as CatalogueLine), stock: null }];
  return [...places.values()].map((level) => ({ ...(merged as CatalogueLine), stock: level }));
}

const quote = (value: string | number): string => `"${String(value).replaceAll('"', '""')}"`;

function csvLine({ stock, ...row }: CatalogueLine): string {
  const { sku, brand, model, label, description, category, attributes, priceMinor, currency, imageUrl } = row;
  const facts = [sku, brand, model, label, description, category, JSON.stringify(attributes), priceMinor, currency];
  const place = stock ? [stock.onHand, stock.location, stock.slot ?? ''] : ['', '', ''];
  return [...facts, ...place, imageUrl ?? ''].map(quote).join(',');
}

/** Changes products of the demo catalogue, or adds some, through the shop's own import. Throws AppError on a bad change. */
export async function changeCatalogue(db: Db, changes: readonly ProductChange[]): Promise<void> {
  if (changes.length === 0) return;
  demo ??= readDemo();
  const known = await demo;
  const rows = changes.flatMap((change) =>
    rowsOf(
      change,
      known.filter(({ sku }) => sku === change.sku),
    ),
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'comptoir-evals-'));
  try {
    const file = path.join(folder, 'changes.csv');
    writeFileSync(file, [COLUMNS, ...rows.map(csvLine)].join('\n'));
    const { badLines } = await importCatalogue(db, file);
    const [bad] = badLines;
    if (bad) throw new AppError('shop_change_bad', `${rows[bad.line - 2]?.sku}: ${bad.problems.join('; ')}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
