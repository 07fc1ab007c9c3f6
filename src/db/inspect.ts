import type { Db } from './client.ts';

/** What the doctor tells about the database. Throws when it does not answer or has no tables. */
export async function inspectDatabase(db: Db): Promise<{
  serverVersion: string;
  /** Begun and never finished. */
  failedMigrations: number;
  products: number;
  staff: number;
  approvedTemplates: number;
}> {
  const [server] = await db.$queryRaw<{ version: string }[]>`SELECT current_setting('server_version') AS version`;
  const [failed] = await db.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL`;
  const [products, staff, approvedTemplates] = await Promise.all([
    db.product.count({ where: { active: true } }),
    db.staffMember.count(),
    db.messageTemplate.count({ where: { approval: 'approved' } }),
  ]);
  return {
    serverVersion: server?.version ?? 'unknown',
    failedMigrations: failed?.n ?? 0,
    products,
    staff,
    approvedTemplates,
  };
}
