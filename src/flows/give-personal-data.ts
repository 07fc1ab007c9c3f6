import type { Db } from '../db/client.ts';
import { isForgotten } from '../db/customers.ts';
import { exportCustomer } from '../db/export-customer.ts';
import { readDataToken } from '../domain/data-link.ts';
import type { Clock } from '../ports.ts';

export type GivenData = Awaited<ReturnType<typeof exportCustomer>>;

/** What the holder of such a link may read; undefined for any other, and once the customer was forgotten. */
export async function givePersonalData(
  needs: { db: Db; clock: Clock; sessionSecret: string },
  token: string,
): Promise<GivenData | undefined> {
  const at = needs.clock.now();
  const customerId = readDataToken(needs.sessionSecret, token, at);
  if (!customerId || (await isForgotten(needs.db, customerId))) return undefined;
  return exportCustomer(needs.db, { customerId, actor: `customer:${customerId}`, at });
}
