import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../domain/errors.ts';
import { readLocations } from '../domain/location-file.ts';
import { importCatalogue } from './catalogue-import.ts';
import type { Db } from './client.ts';
import { upsertLocations } from './locations.ts';

/** Fills an empty shop with the demo's two pickup locations and catalogue; a shop with products is left as it is. */
export async function loadDemoCatalogue(
  db: Db,
  dir = path.resolve(import.meta.dirname, '../../prisma/demo'),
): Promise<'loaded' | 'kept'> {
  if ((await db.product.findFirst({ select: { id: true } })) !== null) return 'kept';
  const read = readLocations(await readFile(path.join(dir, 'locations.json'), 'utf8'));
  if ('problems' in read) throw new AppError('demo_locations_bad', read.problems.join('; '));
  await upsertLocations(db, read.locations);
  const report = await importCatalogue(db, path.join(dir, 'catalogue.csv'));
  const [bad] = report.badLines;
  if (bad) {
    throw new AppError(
      'demo_catalogue_bad',
      `the demo catalogue's line ${bad.line} is bad: ${bad.problems.join('; ')}`,
    );
  }
  return 'loaded';
}
