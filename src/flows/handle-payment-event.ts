import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { type Attempt, findAttempt, latestAttemptOf, openAttemptOf } from '../db/payment-attempts.ts';
import {
  type ClaimedEvent,
  claimNextPaymentEvent,
  closePaymentEvent,
  retryPaymentEventLater,
} from '../db/payment-events.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { backoffSeconds } from '../domain/retry.ts';
import { isUuid } from '../domain/uuid.ts';
import type { Payments, VerifiedEvent } from '../ports.ts';
import { recordDisputeOf } from './record-dispute.ts';
import { recordRefundsOf } from './record-refund.ts';
import { type SettleNeeds, settlePayment } from './settle-payment.ts';
import { failDelayedPayment, type TellNeeds, tellActionRequired, tellPaymentFailed } from './tell-payment-trouble.ts';

type Needs = SettleNeeds & TellNeeds & { db: Db; payments: Payments };

type Outcome = 'handled' | 'ignored' | 'foreign';

// Two days of tries with the backoff below; what still fails stays in the table as failed and shows on /metrics.
const MAX_ATTEMPTS = 24;

/** Handles the next stored Stripe event. False when none was waiting. */
export async function handleNextPaymentEvent(needs: Needs): Promise<boolean> {
  const claimed = await claimNextPaymentEvent(needs.db);
  if (!claimed) return false;
  try {
    const outcome = await handlePaymentEvent(needs, needs.payments.readEvent(claimed.payload));
    await closePaymentEvent(needs.db, claimed, { outcome, at: needs.clock.now() });
  } catch (error) {
    await retryOrGiveUp(needs, claimed, error);
  }
  return true;
}

async function retryOrGiveUp(needs: Needs, event: ClaimedEvent, error: unknown): Promise<void> {
  const reason = describeError(error);
  const isPoison =
    event.attempts >= MAX_ATTEMPTS || (error instanceof AppError && !error.retryable && !error.ambiguous);
  needs.log.error({ eventId: event.id, tries: event.attempts, error: reason, isPoison }, 'payment event failed');
  if (isPoison) {
    await closePaymentEvent(needs.db, event, { outcome: 'failed', at: needs.clock.now(), error: reason });
  } else {
    await retryPaymentEventLater(needs.db, event, backoffSeconds(event.attempts, 4 * 3600), reason);
  }
}

/** What an event means; it only says where to look, Stripe is asked for the facts. */
async function handlePaymentEvent(needs: Needs, event: VerifiedEvent): Promise<Outcome> {
  if (event.livemode !== needs.payments.livemode) return 'foreign';
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.expired':
    case 'checkout.session.async_payment_succeeded':
      return onAttempt(needs, event, (attempt) => settlePayment(needs, attempt));
    case 'payment_intent.succeeded':
    case 'payment_intent.canceled':
      return onAttempt(needs, event, (attempt) => settleIfMade(needs, attempt));
    case 'checkout.session.async_payment_failed':
      return onAttempt(needs, event, (attempt) => failDelayedPayment(needs, attempt));
    case 'payment_intent.payment_failed':
      return onAttempt(needs, event, (attempt) => tellPaymentFailed(needs, attempt, event));
    case 'payment_intent.requires_action':
      return onAttempt(needs, event, (attempt) => tellActionRequired(needs, attempt, event));
    case 'charge.refunded':
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return recordRefundsOf(needs, event);
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
      return recordDisputeOf(needs, event);
    case 'radar.early_fraud_warning.created':
      return noteFraudWarning(needs, event);
    default:
      return 'ignored';
  }
}

async function settleIfMade(needs: Needs, attempt: Attempt): Promise<void> {
  if (attempt.sessionId) await settlePayment(needs, attempt);
}

async function onAttempt(
  needs: Needs,
  event: VerifiedEvent,
  act: (attempt: Attempt) => Promise<unknown>,
): Promise<Outcome> {
  const attempt = await attemptOf(needs.db, event);
  if (!attempt) return 'foreign';
  await act(attempt);
  return 'handled';
}

/** The attempt an event is about: by its session, by its payment intent, else by the order in its metadata. */
async function attemptOf(db: Db, event: VerifiedEvent): Promise<Attempt | undefined> {
  if (event.objectId.startsWith('cs_')) {
    const attempt = await findAttempt(db, { sessionId: event.objectId });
    if (attempt) return attempt;
    const pending = event.orderId && isUuid(event.orderId) ? await openAttemptOf(db, event.orderId) : undefined;
    // The session was made and its answer is not recorded yet: the checkout worker will, so look again later.
    if (pending && !pending.sessionId) {
      throw new AppError('session_not_recorded', 'the session is still being recorded', { retryable: true });
    }
    return undefined;
  }
  const byIntent = event.paymentIntentId && (await findAttempt(db, { paymentIntentId: event.paymentIntentId }));
  if (byIntent) return byIntent;
  return event.orderId && isUuid(event.orderId) ? latestAttemptOf(db, event.orderId) : undefined;
}

async function noteFraudWarning(needs: Needs, event: VerifiedEvent): Promise<Outcome> {
  needs.log.warn({ stripeEventId: event.id }, 'early fraud warning: look at the payment in the Stripe Dashboard');
  const subject = `payment_intent:${event.paymentIntentId ?? 'unknown'}`;
  await writeAudit(needs.db, { actor: 'stripe', action: 'payment.fraud_warning', subject, at: needs.clock.now() });
  return 'handled';
}
