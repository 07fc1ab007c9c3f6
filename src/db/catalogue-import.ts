import { importBatch } from './catalogue-batch.ts';
import { type BadLine, type CatalogueSource, type NumberedLine, readCatalogueFile } from './catalogue-file.ts';
import type { Db, Tx } from './client.ts';
import { type LocationFacts, makeLocations } from './locations.ts';

export type ImportCounts = { lines: number; created: number; updated: number; unchanged: number; stockChanges: number };
export type ImportReport = ImportCounts & {
  /** `refused`: there are bad lines and nothing was imported. */
  kind: 'imported' | 'refused';
  badLines: BadLine[];
  /** Codes of the pickup locations made from `Options.firstLocations`. */
  locationsMade: string[];
};
type Options = {
  /** Imports the good lines and reports the others; else one bad line refuses the whole file. */
  keepGoing?: boolean;
  /**
   * In a shop without any pickup location, those the file names are made from these facts, one if it names none: without
   * one nothing can be ordered. In a shop that has locations, an unknown one is a bad line (a typing error, most likely).
   */
  firstLocations?: LocationFacts;
  onProgress?: (done: { lines: number; bad: number }) => void;
};

const BATCH = 500;
/** The code of the one location of a shop that sells services only. */
const ONLY_LOCATION = 'SHOP';
// One transaction for the whole file: minutes for a hundred thousand lines.
const WHOLE_FILE_TIMEOUT_MS = 30 * 60_000;

class Refused extends Error {}

/**
 * Imports a catalogue file (columns in domain/catalogue-line.ts), upserting by sku, in batches. Stock changes go through
 * the movement ledger and keep what is reserved. All or nothing, unless `keepGoing`: then each batch stands for itself.
 * Safe to repeat: the same file again changes nothing. Throws CatalogueFileError when the file is no catalogue.
 */
export async function importCatalogue(db: Db, file: CatalogueSource, options: Options = {}): Promise<ImportReport> {
  const report: ImportReport = {
    kind: 'imported',
    lines: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    stockChanges: 0,
    badLines: [],
    locationsMade: [],
  };
  const hasLocations = (await db.location.count()) > 0;
  const newLocations = hasLocations ? undefined : options.firstLocations;
  const settled = { ...options, newLocations };
  if (options.keepGoing) {
    await importLines(file, report, settled, (work) => db.$transaction(work, { timeout: 60_000 }));
    return sorted(report);
  }
  try {
    await db.$transaction(
      async (tx) => {
        await importLines(file, report, settled, (work) => work(tx));
        if (report.badLines.length > 0) throw new Refused();
      },
      { timeout: WHOLE_FILE_TIMEOUT_MS },
    );
    return report;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const nothing = { created: 0, updated: 0, unchanged: 0, stockChanges: 0, locationsMade: [] };
    return sorted({ ...report, ...nothing, kind: 'refused' });
  }
}

const sorted = (report: ImportReport): ImportReport => ({
  ...report,
  badLines: report.badLines.toSorted((a, b) => a.line - b.line),
});

async function importLines(
  file: CatalogueSource,
  report: ImportReport,
  options: Pick<Options, 'onProgress'> & { newLocations: LocationFacts | undefined },
  inTransaction: (work: (tx: Tx) => Promise<void>) => Promise<void>,
): Promise<void> {
  const { newLocations } = options;
  let batch: NumberedLine[] = [];
  const flush = async () => {
    const lines = batch;
    batch = [];
    if (lines.length > 0) {
      await inTransaction(async (tx) => {
        const done = await importBatch(tx, lines, newLocations);
        report.created += done.created;
        report.updated += done.updated;
        report.unchanged += done.unchanged;
        report.stockChanges += done.stockChanges;
        report.badLines.push(...done.badLines);
        report.locationsMade.push(...done.locationsMade);
      });
    }
    options.onProgress?.({ lines: report.lines, bad: report.badLines.length });
  };
  for await (const item of readCatalogueFile(file)) {
    report.lines++;
    if ('bad' in item) report.badLines.push(item.bad);
    else batch.push(item.good);
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  if (newLocations && report.locationsMade.length === 0) {
    await inTransaction(async (tx) => {
      report.locationsMade.push(...(await makeLocations(tx, [ONLY_LOCATION], newLocations)));
    });
  }
}
