import type { ConnectionLimits } from '../domain/connections.ts';
import type { Db } from './client.ts';
import { readConnectionLimits } from './connection-limits.ts';

export type DatabaseFacts = {
  serverVersion: string;
  /** Begun and never finished. */
  failedMigrations: number;
  products: number;
  staff: number;
  /** Submitted to WhatsApp, whatever it said. */
  knownTemplates: number;
  approvedTemplates: number;
  connectionLimits: ConnectionLimits;
};

/** What the doctor tells about the database. Throws when it does not answer or has no tables. */
export async function inspectDatabase(db: Db): Promise<DatabaseFacts> {
  const [server] = await db.$queryRaw<{ version: string }[]>`SELECT current_setting('server_version') AS version`;
  const [failed] = await db.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL`;
  // A wording that was changed has a row of its own beside the one before.
  const [templates] = await db.$queryRaw<{ known: number; approved: number }[]>`
    SELECT count(DISTINCT (key, locale)) FILTER (WHERE approval <> 'unsubmitted')::int AS known,
      count(DISTINCT (key, locale)) FILTER (WHERE approval = 'approved')::int AS approved FROM message_templates`;
  const [products, staff] = await Promise.all([db.product.count({ where: { active: true } }), db.staffMember.count()]);
  return {
    serverVersion: server?.version ?? 'unknown',
    failedMigrations: failed?.n ?? 0,
    products,
    staff,
    knownTemplates: templates?.known ?? 0,
    approvedTemplates: templates?.approved ?? 0,
    connectionLimits: await readConnectionLimits(db),
  };
}
