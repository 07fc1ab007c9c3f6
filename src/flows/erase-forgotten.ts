import type { Db } from '../db/client.ts';
import { customersToErase, eraseWhenOver } from '../db/erase-customer.ts';
import { describeError } from '../domain/errors.ts';
import type { Clock, Log } from '../ports.ts';
import type { SweepResult } from './sweep.ts';
import { startTimer } from './time-limit.ts';

type Needs = { db: Db; clock: Clock; log: Log; optOutKey: Uint8Array };

/** Keeps what was promised to those who asked to be forgotten while an order was open: erased once none is. */
export async function eraseForgotten(needs: Needs): Promise<SweepResult> {
  const isTimeOver = startTimer({ longestMs: 45_000 });
  let processed = 0;
  for (const wish of await customersToErase(needs.db)) {
    if (isTimeOver()) break;
    try {
      const { optOutKey } = needs;
      if (await eraseWhenOver(needs.db, { ...wish, optOutKey, at: needs.clock.now() })) processed++;
    } catch (error) {
      needs.log.error({ customerId: wish.customerId, error: describeError(error) }, 'a customer was not erased');
    }
  }
  return { processed };
}
