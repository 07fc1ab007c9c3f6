import { importBatch } from './catalogue-batch.ts';
import { type BadLine, type NumberedLine, readCatalogueFile } from './catalogue-file.ts';
import type { Db, Tx } from './client.ts';

export type ImportCounts = { lines: number; created: number; updated: number; unchanged: number; stockChanges: number };
export type ImportReport = ImportCounts & {
  /** `refused`: there are bad lines and nothing was imported. */
  kind: 'imported' | 'refused';
  badLines: BadLine[];
};
type Options = {
  /** Imports the good lines and reports the others; else one bad line refuses the whole file. */
  keepGoing?: boolean;
  onProgress?: (done: { lines: number; bad: number }) => void;
};

const BATCH = 500;
// One transaction for the whole file: minutes for a hundred thousand lines.
const WHOLE_FILE_TIMEOUT_MS = 30 * 60_000;

class Refused extends Error {}

/**
 * Imports a catalogue file (columns in domain/catalogue-line.ts), upserting by sku, in batches. Stock changes go through
 * the movement ledger and keep what is reserved. All or nothing, unless `keepGoing`: then each batch stands for itself.
 * Safe to repeat: the same file again changes nothing. Throws CatalogueFileError when the file is no catalogue.
 */
export async function importCatalogue(db: Db, file: string, options: Options = {}): Promise<ImportReport> {
  const report: ImportReport = {
    kind: 'imported',
    lines: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    stockChanges: 0,
    badLines: [],
  };
  if (options.keepGoing) {
    await importLines(file, report, options, (work) => db.$transaction(work, { timeout: 60_000 }));
    return sorted(report);
  }
  try {
    await db.$transaction(
      async (tx) => {
        await importLines(file, report, options, (work) => work(tx));
        if (report.badLines.length > 0) throw new Refused();
      },
      { timeout: WHOLE_FILE_TIMEOUT_MS },
    );
    return report;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return sorted({ ...report, kind: 'refused', created: 0, updated: 0, unchanged: 0, stockChanges: 0 });
  }
}

const sorted = (report: ImportReport): ImportReport => ({
  ...report,
  badLines: report.badLines.toSorted((a, b) => a.line - b.line),
});

async function importLines(
  file: string,
  report: ImportReport,
  options: Options,
  inTransaction: (work: (tx: Tx) => Promise<void>) => Promise<void>,
): Promise<void> {
  let batch: NumberedLine[] = [];
  const flush = async () => {
    const lines = batch;
    batch = [];
    if (lines.length > 0) {
      await inTransaction(async (tx) => {
        const done = await importBatch(tx, lines);
        report.created += done.created;
        report.updated += done.updated;
        report.unchanged += done.unchanged;
        report.stockChanges += done.stockChanges;
        report.badLines.push(...done.badLines);
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
}
