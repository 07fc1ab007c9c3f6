import type { Db } from '../db/client.ts';
import { customersToErase, eraseWhenOver } from '../db/erase-customer.ts';
import type { Clock, Log } from '../ports.ts';
import { type SweepResult, sweepEach } from './sweep.ts';

// Who has just written may write again: they would find that nobody knows what they talk about.
const QUIET_MS = 3600_000;

type Needs = { db: Db; clock: Clock; log: Log; optOutKey: Uint8Array };

/** Keeps what was promised to those who asked to be forgotten while an order was open: erased once none is. */
export async function eraseForgotten(needs: Needs): Promise<SweepResult> {
  const { db, clock, log, optOutKey } = needs;
  const quietSince = new Date(clock.now().getTime() - QUIET_MS);
  return sweepEach(await customersToErase(db, quietSince), {
    log,
    act: (wish) => eraseWhenOver(db, { ...wish, quietSince, optOutKey, at: clock.now() }),
    facts: ({ customerId }) => ({ customerId }),
    ...{ complaint: 'a customer was not erased', code: 'customers_not_erased' },
  });
}
