import { attemptsToReconcile, countAttemptsToReconcile, markAsked } from '../db/attempts-to-ask.ts';
import type { Db } from '../db/client.ts';
import type { Attempt } from '../db/payment-attempts.ts';
import { OPEN_ATTEMPT } from '../domain/payment.ts';
import type { Clock, Payments } from '../ports.ts';
import { type SettleAttemptNeeds, settleAttempt } from './settle-attempt.ts';
import { settleSession } from './settle-payment.ts';
import { type Tally, tryEach } from './sweep.ts';
import { startTimer, type TimeLimit } from './time-limit.ts';

export type AttemptNeeds = SettleAttemptNeeds & {
  db: Db;
  payments: Pick<Payments, 'expireCheckoutSession'>;
};

// A webhook normally takes seconds: what is open for longer is asked about.
const ASK_AFTER_MS = 5 * 60_000;
const BATCH = 200;

/** Asks Stripe about sessions that have been open for a while: the webhook may be lost or pointed elsewhere (fault 30). */
export function reconcileAttempts(needs: AttemptNeeds, limit: TimeLimit): Promise<Tally> {
  const now = needs.clock.now();
  return tryEach(attemptsToAsk(needs.db, now), {
    log: needs.log,
    act: async (attempt) => {
      await markAsked(needs.db, attempt.id, now);
      return askStripe(needs, attempt);
    },
    facts: ({ orderId }) => ({ orderId }),
    complaint: 'Stripe could not be asked about an order',
    isTimeOver: startTimer(limit),
  });
}

/** In batches, each found when those before it have been asked about. */
async function* attemptsToAsk(db: Db, now: Date): AsyncGenerator<Attempt> {
  const which = { createdBefore: new Date(now.getTime() - ASK_AFTER_MS), askedBefore: now, limit: BATCH };
  let attempts: Attempt[];
  do {
    attempts = await attemptsToReconcile(db, which);
    yield* attempts;
  } while (attempts.length === BATCH);
}

/** How many attempts reconcileAttempts would ask Stripe about now. */
export function attemptsWaiting({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  const now = clock.now();
  return countAttemptsToReconcile(db, new Date(now.getTime() - ASK_AFTER_MS), now);
}

/** Brings one attempt to what Stripe says of it; true when that changed something. */
async function askStripe(needs: AttemptNeeds, attempt: Attempt): Promise<boolean> {
  const isOpen = (OPEN_ATTEMPT as readonly string[]).includes(attempt.status);
  if (isOpen) return settleAttempt(needs, attempt);
  // Closed by us while its session could not be reached: nobody may pay it any more (fault 14).
  const session = await needs.payments.expireCheckoutSession(attempt.sessionId as string);
  await settleSession(needs, attempt.id, session);
  return true;
}
