import { attemptsPastTheirEnd, markAsked } from '../db/attempts-to-ask.ts';
import type { Db } from '../db/client.ts';
import type { Payments } from '../ports.ts';
import { type SettleAttemptNeeds, settleAttempt } from './settle-attempt.ts';
import { settleSession } from './settle-payment.ts';
import { type CountedSweep, sweepEach } from './sweep.ts';

type Needs = SettleAttemptNeeds & { db: Db; payments: Payments };

const BATCH = 200;

/**
 * Ends the sessions whose time is over, whether or not Stripe's webhook came. Stripe is asked first: what was paid is
 * settled, never expired (faults 7, 8, 17).
 */
export async function expireCheckouts(needs: Needs): Promise<CountedSweep> {
  const now = needs.clock.now();
  const attempts = await attemptsPastTheirEnd(needs.db, now, BATCH);
  return sweepEach(needs, attempts, async (attempt) => {
    await markAsked(needs.db, attempt.id, now);
    if (attempt.status === 'PROCESSING') return settleAttempt(needs, attempt);
    const session = await needs.payments.expireCheckoutSession(attempt.sessionId as string);
    return (await settleSession(needs, attempt.id, session)) !== 'nothing';
  });
}
