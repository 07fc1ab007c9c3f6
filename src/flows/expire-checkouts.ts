import { attemptsPastTheirEnd, markAsked } from '../db/attempts-to-ask.ts';
import type { Db } from '../db/client.ts';
import type { Attempt } from '../db/payment-attempts.ts';
import type { Payments } from '../ports.ts';
import { type SettleAttemptNeeds, settleAttempt } from './settle-attempt.ts';
import { settleSession } from './settle-payment.ts';
import { type SweepResult, sweepEach } from './sweep.ts';

type Needs = SettleAttemptNeeds & { db: Db; payments: Payments };

const BATCH = 200;

/**
 * Ends the sessions whose time is over, whether or not Stripe's webhook came. Stripe is asked first: what was paid is
 * settled, never expired (faults 7, 8, 17).
 */
export async function expireCheckouts(needs: Needs): Promise<SweepResult> {
  const now = needs.clock.now();
  const attempts = await attemptsPastTheirEnd(needs.db, now, BATCH);
  return sweepEach(attempts, {
    log: needs.log,
    act: (attempt) => expireOne(needs, attempt, now),
    facts: ({ orderId }) => ({ orderId }),
    ...{ complaint: 'a session past its end was not ended', code: 'checkouts_not_expired' },
  });
}

async function expireOne(needs: Needs, attempt: Attempt, now: Date): Promise<boolean> {
  await markAsked(needs.db, attempt.id, now);
  if (attempt.status === 'PROCESSING') return settleAttempt(needs, attempt);
  const session = await needs.payments.expireCheckoutSession(attempt.sessionId as string);
  return (await settleSession(needs, attempt.id, session)) !== 'nothing';
}
