import type { AuditAction } from '../domain/audit.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';

/** Who did what to what, in the transaction that did it. `actor`: staff:<id>, customer:<id>, operator, stripe, system. */
export async function writeAudit(
  tx: Db | Tx,
  entry: { actor: string; action: AuditAction; subject: string; details?: Prisma.InputJsonObject; at: Date },
): Promise<void> {
  const { at, ...values } = entry;
  await tx.auditEntry.create({ data: { ...values, createdAt: at } });
}
