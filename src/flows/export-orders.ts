import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { type ExportedOrder, exportedOrders } from '../db/order-export.ts';
import { type OrderFilter, orderIdsInBatches } from '../db/order-list.ts';
import type { Clock } from '../ports.ts';

export type { ExportedOrder };

type Needs = { db: Db; clock: Clock; timezone: string };

const BATCH_ORDERS = 500;

/**
 * The orders of a filter, newest first, a batch in memory at a time. That they were taken out is on record before the first
 * leaves: of a search only that there was one, for it may be a name.
 */
export async function* exportOrders(
  { db, clock, timezone }: Needs,
  { filter, staffId }: { filter: OrderFilter; staffId: string },
): AsyncGenerator<ExportedOrder> {
  const { query, ...rest } = filter;
  await writeAudit(db, {
    actor: `staff:${staffId}`,
    action: 'orders.exported',
    subject: 'orders',
    details: { ...rest, searched: query !== undefined },
    at: clock.now(),
  });
  for await (const ids of orderIdsInBatches(db, filter, { timezone, size: BATCH_ORDERS })) {
    yield* await exportedOrders(db, ids);
  }
}
