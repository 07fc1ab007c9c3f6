import type { Db } from '../db/client.ts';
import { customersToErase, eraseWhenOver } from '../db/erase-customer.ts';
import { describeError } from '../domain/errors.ts';
import type { Clock, Log } from '../ports.ts';
import type { SweepResult } from './sweep.ts';
import { startTimer } from './time-limit.ts';

// Who has just written may write again: they would find that nobody knows what they talk about.
const QUIET_MS = 3600_000;

type Needs = { db: Db; clock: Clock; log: Log; optOutKey: Uint8Array };

/** Keeps what was promised to those who asked to be forgotten while an order was open: erased once none is. */
export async function eraseForgotten(needs: Needs): Promise<SweepResult> {
  const isTimeOver = startTimer({ longestMs: 45_000 });
  let processed = 0;
  const quietSince = new Date(needs.clock.now().getTime() - QUIET_MS);
  for (const wish of await customersToErase(needs.db, quietSince)) {
    if (isTimeOver()) break;
    try {
      const { optOutKey } = needs;
      if (await eraseWhenOver(needs.db, { ...wish, quietSince, optOutKey, at: needs.clock.now() })) processed++;
    } catch (error) {
      needs.log.error({ customerId: wish.customerId, error: describeError(error) }, 'a customer was not erased');
    }
  }
  return { processed };
}
