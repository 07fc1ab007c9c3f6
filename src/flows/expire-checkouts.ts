import type { Db } from '../db/client.ts';
import { type Attempt, attemptsToReconcile } from '../db/payment-attempts.ts';
import { describeError } from '../domain/errors.ts';
import type { Payments } from '../ports.ts';
import { type SettleNeeds, settlePayment, settleSession } from './settle-payment.ts';

type Needs = SettleNeeds & {
  db: Db;
  payments: Pick<Payments, 'retrieveCheckoutSession' | 'expireCheckoutSession' | 'livemode'>;
};
export type SweepResult = { processed: number };

const BATCH = 100;

/**
 * Ends the sessions whose time is over, whether or not Stripe's webhook came. Stripe is asked first: what was paid is
 * settled, never expired (faults 7, 8, 17).
 */
export async function expireCheckouts(needs: Needs): Promise<SweepResult> {
  const attempts = await attemptsToReconcile(needs.db, { endedBefore: needs.clock.now(), limit: BATCH });
  return countSettled(needs, attempts, async (attempt) => {
    const session = await needs.payments.expireCheckoutSession(attempt.sessionId as string);
    return (await settleSession(needs, attempt.id, session)) === 'expire';
  });
}

// A webhook normally takes seconds: what is open for longer is asked about.
const RECONCILE_AFTER_MINUTES = 5;

/** Asks Stripe about sessions that have been open for a while: the webhook may be lost or pointed elsewhere (fault 30). */
export async function reconcilePayments(needs: Needs): Promise<SweepResult> {
  const createdBefore = new Date(needs.clock.now().getTime() - RECONCILE_AFTER_MINUTES * 60_000);
  const attempts = await attemptsToReconcile(needs.db, { createdBefore, limit: BATCH });
  return countSettled(needs, attempts, async (attempt) => (await settlePayment(needs, attempt)) !== 'nothing');
}

async function countSettled(
  needs: Needs,
  attempts: readonly Attempt[],
  settle: (attempt: Attempt) => Promise<boolean>,
): Promise<SweepResult> {
  let processed = 0;
  for (const attempt of attempts) {
    try {
      if (await settle(attempt)) processed++;
    } catch (error) {
      // One session Stripe cannot answer for must not keep the others from theirs; the next sweep asks again.
      needs.log.error({ orderId: attempt.orderId, error: describeError(error) }, 'could not settle an attempt');
    }
  }
  return { processed };
}
