import type { Db, Tx } from './client.ts';

/** Keeps the address a customer typed on Stripe's page, unless they have told us one before. */
export async function rememberEmail(tx: Tx, customerId: string, email: string): Promise<void> {
  await tx.customer.updateMany({ where: { id: customerId, email: null }, data: { email } });
}

/** WhatsApp could not reach this customer; what they write next clears it (db/inbox.ts). */
export async function markUnreachable(db: Db, customerId: string, at: Date): Promise<void> {
  await db.customer.updateMany({ where: { id: customerId, unreachableAt: null }, data: { unreachableAt: at } });
}

/** They told Twilio itself to stop. */
export async function markOptedOut(db: Db, customerId: string, at: Date): Promise<void> {
  await db.customer.updateMany({ where: { id: customerId, optedOutAt: null }, data: { optedOutAt: at } });
}
