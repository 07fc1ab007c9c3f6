import type { CatalogueLine } from '../domain/catalogue-line.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { BadLine } from './catalogue-file.ts';
import type { Db, Tx } from './client.ts';

/** What a file does, or would do; of many bad lines the first are kept. */
export type ImportTally = {
  lines: number;
  created: number;
  updated: number;
  unchanged: number;
  stockChanges: number;
  badCount: number;
  badLines: BadLine[];
  /** The first good lines, as they would be. */
  sample: (Pick<CatalogueLine, 'sku' | 'label' | 'priceMinor' | 'currency' | 'stock'> & {
    line: number;
    change: 'created' | 'updated' | 'unchanged';
  })[];
};
export const KEPT_BAD_LINES = 10_000;
export const newTally = (): ImportTally => ({
  ...{ lines: 0, created: 0, updated: 0, unchanged: 0, stockChanges: 0, badCount: 0, badLines: [], sample: [] },
});

export type ImportStatus = 'reading' | 'ready' | 'running' | 'done' | 'refused' | 'cancelled';
export type ImportShown = {
  id: string;
  status: ImportStatus;
  fileName: string;
  linesTotal: number | null;
  linesDone: number;
  preview: ImportTally | null;
  result: ImportTally | null;
  problem: string | null;
};
const SHOWN = {
  ...{ id: true, status: true, fileName: true, linesTotal: true, linesDone: true },
  ...{ preview: true, result: true, problem: true },
} as const;

/** Keeps a file to be read; undefined while another import is not over. */
export async function insertImport(
  tx: Tx,
  file: { fileName: string; bytes: Uint8Array<ArrayBuffer>; startedBy: string; createdAt: Date },
): Promise<string | undefined> {
  const [made] = await tx.catalogueImport.createManyAndReturn({
    data: [file],
    skipDuplicates: true,
    select: { id: true },
  });
  return made?.id;
}

export async function findImport(db: Db | Tx, id: string): Promise<ImportShown | undefined> {
  const found = await db.catalogueImport.findUnique({ where: { id }, select: SHOWN });
  return found ? (found as ImportShown) : undefined;
}

/** The one that is not over yet. */
export async function openImport(db: Db): Promise<{ id: string } | undefined> {
  const status = { in: ['reading', 'ready', 'running'] as ImportStatus[] };
  return (await db.catalogueImport.findFirst({ where: { status }, select: { id: true } })) ?? undefined;
}

/** From `ready` on, or away; false when it is not (any more) waiting for that. */
export async function decideImport(tx: Tx, id: string, status: 'running' | 'cancelled'): Promise<boolean> {
  const over = status === 'cancelled' && { bytes: new Uint8Array() };
  const data = { status, linesDone: 0, claimedUntil: null, ...over };
  return (await tx.catalogueImport.updateMany({ where: { id, status: 'ready' }, data })).count === 1;
}

const LEASE_SECONDS = 120;
export type ClaimedImport = ImportShown & { bytes: Uint8Array; claim: Date; startedBy: string };

/** An import to read or to run that nobody is at, under a lease: whoever died at it is followed by another. */
export async function claimImport(db: Db): Promise<ClaimedImport | undefined> {
  const [claimed] = await db.$queryRaw<{ id: string; claim: Date }[]>`
    UPDATE catalogue_imports SET claimed_until = now() + make_interval(secs => ${LEASE_SECONDS})
    WHERE id = (SELECT id FROM catalogue_imports WHERE status IN ('reading', 'running')
      AND (claimed_until IS NULL OR claimed_until < now()) LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, claimed_until AS claim`;
  if (!claimed) return undefined;
  const row = await db.catalogueImport.findUniqueOrThrow({
    where: { id: claimed.id },
    select: { ...SHOWN, bytes: true, startedBy: true },
  });
  return { ...(row as ImportShown & { bytes: Uint8Array; startedBy: string }), claim: claimed.claim };
}

/**
 * Notes how far it is, in the transaction of the lines themselves, and renews the lease. Undefined when the lease went to
 * another worker, who does these lines: undo them.
 */
export async function noteProgress(
  tx: Db | Tx,
  { id, claim }: Pick<ClaimedImport, 'id' | 'claim'>,
  { linesDone, result }: { linesDone: number; result?: ImportTally },
): Promise<Date | undefined> {
  const [row] = await tx.$queryRaw<{ claim: Date }[]>`
    UPDATE catalogue_imports SET lines_done = ${linesDone}::int,
      claimed_until = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}),
      result = COALESCE(${result ? JSON.stringify(result) : null}::jsonb, result)
    WHERE id = ${id}::uuid AND claimed_until = ${claim}::timestamptz RETURNING claimed_until AS claim`;
  return row?.claim;
}

/** What reading or running it came to. */
export async function endImport(
  tx: Db | Tx,
  { id, claim }: Pick<ClaimedImport, 'id' | 'claim'>,
  end:
    | { status: 'ready'; preview: ImportTally }
    | { status: 'done'; result: ImportTally }
    | { status: 'refused'; problem: string },
): Promise<boolean> {
  const { status, ...rest } = end;
  const data: Prisma.CatalogueImportUpdateManyMutationInput = {
    ...{ status, claimedUntil: null },
    ...('problem' in rest ? rest : (JSON.parse(JSON.stringify(rest)) as Prisma.CatalogueImportUpdateManyMutationInput)),
    ...(end.status === 'ready' ? { linesTotal: end.preview.lines } : { bytes: new Uint8Array() }),
  };
  return (await tx.catalogueImport.updateMany({ where: { id, claimedUntil: claim }, data })).count === 1;
}
