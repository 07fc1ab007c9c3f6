import { writeAudit } from '../db/audit.ts';
import { type BatchResult, importBatch } from '../db/catalogue-batch.ts';
import { CatalogueFileError, type NumberedLine, readCatalogueFile } from '../db/catalogue-file.ts';
import {
  type ClaimedImport,
  claimImport,
  decideImport,
  endImport,
  findImport,
  type ImportShown,
  type ImportTally,
  insertImport,
  KEPT_BAD_LINES,
  newTally,
  noteProgress,
  openImport,
} from '../db/catalogue-imports.ts';
import type { Db, Tx } from '../db/client.ts';
import type { LocationFacts } from '../db/locations.ts';
import { transact } from '../db/transact.ts';
import type { Clock } from '../ports.ts';

export type { ImportShown, ImportTally };

export const MAX_IMPORT_BYTES = 20 * 1024 * 1024;
const MAX_LINES = 200_000;
const BATCH = 500;
const SAMPLE = 10;

type Needs = { db: Db; clock: Clock };
export type StartResult = { kind: 'started'; importId: string } | { kind: 'other_open'; importId: string | null };

/** Keeps a file to be read by the worker. One import at a time: where another is not over, that one is answered. */
export async function startImport(
  { db, clock }: Needs,
  { fileName, bytes, staffId }: { fileName: string; bytes: Uint8Array<ArrayBuffer>; staffId: string },
): Promise<StartResult> {
  const file = { fileName, bytes, startedBy: `staff:${staffId}`, createdAt: clock.now() };
  const importId = await transact(db, (tx) => insertImport(tx, file));
  return importId
    ? { kind: 'started', importId }
    : { kind: 'other_open', importId: (await openImport(db))?.id ?? null };
}

export const showImport = ({ db }: Pick<Needs, 'db'>, id: string): Promise<ImportShown | undefined> =>
  findImport(db, id);

/** A yes, or a no, to what was shown. False when it did not wait for one. */
export function answerImport(
  { db, clock }: Needs,
  { importId, yes, staffId }: { importId: string; yes: boolean; staffId: string },
): Promise<boolean> {
  return transact(db, async (tx) => {
    if (!(await decideImport(tx, importId, yes ? 'running' : 'cancelled'))) return false;
    const action = yes ? 'catalogue.import_started' : 'catalogue.import_cancelled';
    await writeAudit(tx, { actor: `staff:${staffId}`, action, subject: `import:${importId}`, at: clock.now() });
    return true;
  });
}

class Undo extends Error {}
/** Another worker has taken over. */
class Overtaken extends Error {}

type WorkerNeeds = Needs & { shop: LocationFacts };

/** Reads or runs the next import; false when there is none. What is read only is undone batch by batch, by the same code. */
export async function workOnImport(needs: WorkerNeeds): Promise<boolean> {
  const { db, clock } = needs;
  const job = await claimImport(db);
  if (!job) return false;
  try {
    if (job.status === 'reading') {
      const preview = await eachBatch(needs, job, newTally());
      await endImport(db, job, { status: 'ready', preview });
      return true;
    }
    const result = await eachBatch(needs, job, job.result ?? newTally());
    await transact(db, async (tx) => {
      if (!(await endImport(tx, job, { status: 'done', result }))) return;
      const { badLines: _, sample: __, ...details } = result;
      const subject = `import:${job.id}`;
      await writeAudit(tx, { actor: job.startedBy, action: 'catalogue.imported', subject, details, at: clock.now() });
    });
  } catch (error) {
    if (error instanceof CatalogueFileError) await endImport(db, job, { status: 'refused', problem: error.message });
    else if (!(error instanceof Overtaken)) throw error;
  }
  return true;
}

/** Lines behind those that are done, in batches; the tally grows with each that is kept. */
async function eachBatch({ db, shop }: WorkerNeeds, job: ClaimedImport, tally: ImportTally): Promise<ImportTally> {
  const { name, address, hours } = shop;
  const newLocations = (await db.location.count()) === 0 ? { name, address, hours } : undefined;
  let batch: NumberedLine[] = [];
  const flush = async () => {
    const lines = batch;
    batch = [];
    const work = async (tx: Tx) => {
      const done = await importBatch(tx, lines, newLocations);
      addTo(tally, lines, done);
      if (job.status === 'reading') throw new Undo();
      job.claim = await keepUp(tx, job, { linesDone: tally.lines, result: tally });
    };
    await db.$transaction(work, { timeout: 60_000 }).catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
    if (job.status === 'reading') job.claim = await keepUp(db, job, { linesDone: tally.lines });
  };
  const alreadyDone = tally.lines;
  let read = 0;
  for await (const item of readCatalogueFile(job.bytes)) {
    if (++read > MAX_LINES) throw new CatalogueFileError(`more than ${MAX_LINES} lines`);
    if (read <= alreadyDone) continue;
    tally.lines = read;
    if ('bad' in item) addBad(tally, [item.bad]);
    else batch.push(item.good);
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  return tally;
}

async function keepUp(tx: Db | Tx, job: ClaimedImport, progress: { linesDone: number; result?: ImportTally }) {
  const claim = await noteProgress(tx, job, progress);
  if (!claim) throw new Overtaken();
  return claim;
}

function addBad(tally: ImportTally, bad: ImportTally['badLines']): void {
  tally.badCount += bad.length;
  tally.badLines.push(...bad.slice(0, KEPT_BAD_LINES - tally.badLines.length));
}

function addTo(tally: ImportTally, lines: readonly NumberedLine[], done: BatchResult): void {
  tally.created += done.created;
  tally.updated += done.updated;
  tally.unchanged += done.unchanged;
  tally.stockChanges += done.stockChanges;
  addBad(tally, done.badLines);
  const bad = new Set(done.badLines.map(({ line }) => line));
  const [created, updated] = [new Set(done.createdSkus), new Set(done.updatedSkus)];
  for (const { line, value } of lines.filter((each) => !bad.has(each.line)).slice(0, SAMPLE - tally.sample.length)) {
    const { sku, label, priceMinor, currency, stock } = value;
    const change = created.has(sku) ? 'created' : updated.has(sku) ? 'updated' : 'unchanged';
    tally.sample.push({ line, sku, label, priceMinor, currency, stock, change });
  }
}
