import type { Db } from '../db/client.ts';
import { type Attempt, attemptsToReconcile, markAsked } from '../db/payment-attempts.ts';
import { OPEN_ATTEMPT } from '../domain/payment.ts';
import type { Payments } from '../ports.ts';
import { type SettleAttemptNeeds, settleAttempt } from './settle-attempt.ts';
import { settleSession } from './settle-payment.ts';
import { type SweepResult, sweepEach } from './sweep.ts';

type Needs = SettleAttemptNeeds & { db: Db; payments: Payments };

// A webhook normally takes seconds: what is open for longer is asked about.
const ASK_AFTER_MINUTES = 5;
const BATCH = 200;

/** Asks Stripe about sessions that have been open for a while: the webhook may be lost or pointed elsewhere (fault 30). */
export async function reconcilePayments(needs: Needs): Promise<SweepResult> {
  const now = needs.clock.now();
  const createdBefore = new Date(now.getTime() - ASK_AFTER_MINUTES * 60_000);
  const attempts = await attemptsToReconcile(needs.db, createdBefore, BATCH);
  return sweepEach(needs, attempts, async (attempt) => {
    await markAsked(needs.db, attempt.id, now);
    return askStripe(needs, attempt);
  });
}

/** Brings one attempt to what Stripe says of it; true when that changed something. */
async function askStripe(needs: Needs, attempt: Attempt): Promise<boolean> {
  const isOpen = (OPEN_ATTEMPT as readonly string[]).includes(attempt.status);
  if (isOpen) return settleAttempt(needs, attempt);
  // Closed by us while its session could not be reached: nobody may pay it any more (fault 14).
  const session = await needs.payments.expireCheckoutSession(attempt.sessionId as string);
  await settleSession(needs, attempt.id, session);
  return true;
}
