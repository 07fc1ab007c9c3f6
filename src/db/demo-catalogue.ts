import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { importCatalogue } from './catalogue-import.ts';
import type { Db } from './client.ts';
import { upsertLocations } from './locations.ts';

const locationsShape = z.array(
  z.object({ code: z.string(), name: z.string(), address: z.string(), hours: z.string() }),
);

/** Fills an empty shop with the demo's two pickup locations and catalogue; a shop with products is left as it is. */
export async function loadDemoCatalogue(
  db: Db,
  dir = path.resolve(import.meta.dirname, '../../prisma/demo'),
): Promise<'loaded' | 'kept'> {
  if ((await db.product.findFirst({ select: { id: true } })) !== null) return 'kept';
  await upsertLocations(db, locationsShape.parse(JSON.parse(await readFile(path.join(dir, 'locations.json'), 'utf8'))));
  const report = await importCatalogue(db, path.join(dir, 'catalogue.csv'));
  const [bad] = report.badLines;
  if (bad) throw new Error(`the demo catalogue's line ${bad.line} is bad: ${bad.problems.join('; ')}`);
  return 'loaded';
}
