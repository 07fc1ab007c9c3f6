import type { Tx } from './client.ts';

/** Keeps the address a customer typed on Stripe's page, unless they have told us one before. */
export async function rememberEmail(tx: Tx, customerId: string, email: string): Promise<void> {
  await tx.customer.updateMany({ where: { id: customerId, email: null }, data: { email } });
}
