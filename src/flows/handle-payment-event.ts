import type { Db } from '../db/client.ts';
import { forgetPersonIn } from '../db/forgotten-events.ts';
import { underLease } from '../db/lease.ts';
import { type Attempt, findAttempt, onlyAttemptOf, openAttemptOf } from '../db/payment-attempts.ts';
import {
  type ClaimedEvent,
  claimNextPaymentEvent,
  closePaymentEvent,
  type EventEnd,
  renewEventClaim,
  retryPaymentEventLater,
} from '../db/payment-events.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { eventLabel } from '../domain/measures.ts';
import { backoffSeconds } from '../domain/retry.ts';
import { isUuid } from '../domain/uuid.ts';
import type { Meter, Payments, Tracer, VerifiedEvent } from '../ports.ts';
import { noteFraudWarning } from './note-fraud-warning.ts';
import { recordDisputeOf } from './record-dispute.ts';
import { recordRefundsOf } from './record-refund.ts';
import { type SettleAttemptNeeds, settleAttempt } from './settle-attempt.ts';
import { type TellNeeds, tellActionRequired, tellPaymentFailed } from './tell-payment-trouble.ts';

type Needs = SettleAttemptNeeds & TellNeeds & { db: Db; payments: Payments; meter: Meter; tracer: Tracer };

// Two days of tries with the backoff below; what still fails stays in the table as failed, on /metrics and on the
// list of what needs somebody, of which the team is told (flows/tell-concerns), until events:replay or until a manager takes it off that list.
const MAX_ATTEMPTS = 24;

/** Handles the next stored Stripe event. False when none was waiting. */
export async function handleNextPaymentEvent(needs: Needs): Promise<boolean> {
  const claimed = await claimNextPaymentEvent(needs.db);
  if (!claimed) return false;
  const { db, log } = needs;
  const onError = (error: unknown) =>
    log.warn({ eventId: claimed.id, error: describeError(error) }, 'claim not renewed');
  await underLease({ renew: () => renewEventClaim(db, claimed), onError }, () => handleClaimed(needs, claimed));
  return true;
}

async function handleClaimed(needs: Needs, claimed: ClaimedEvent): Promise<void> {
  const startedAt = performance.now();
  const outcome = await tryToHandle(needs, claimed);
  const seconds = (performance.now() - startedAt) / 1000;
  needs.meter.observe('payment_event_seconds', { type: eventLabel(claimed.type), outcome }, seconds);
}

async function tryToHandle(needs: Needs, claimed: ClaimedEvent): Promise<EventEnd['outcome'] | 'retried'> {
  try {
    const { receivedAt, recovered } = claimed;
    const event = { ...needs.payments.readEvent(claimed.payload), receivedAt, recovered };
    await forgetPersonIn(needs.db, claimed, event);
    const end = await handlePaymentEvent(needs, event);
    await closePaymentEvent(needs.db, claimed, { ...end, at: needs.clock.now() });
    return end.outcome;
  } catch (error) {
    return retryOrGiveUp(needs, claimed, error);
  }
}

async function retryOrGiveUp(needs: Needs, event: ClaimedEvent, error: unknown): Promise<'retried' | 'failed'> {
  const reason = describeError(error);
  const isPoison =
    event.attempts >= MAX_ATTEMPTS || (error instanceof AppError && !error.retryable && !error.ambiguous);
  needs.log.error({ eventId: event.id, tries: event.attempts, error: reason, isPoison }, 'payment event failed');
  if (!isPoison) {
    await retryPaymentEventLater(needs.db, event, backoffSeconds(event.attempts, 4 * 3600), reason);
    return 'retried';
  }
  await closePaymentEvent(needs.db, event, { outcome: 'failed', at: needs.clock.now(), error: reason });
  return 'failed';
}

type StoredEvent = VerifiedEvent & Pick<ClaimedEvent, 'receivedAt' | 'recovered'>;
type End = Pick<EventEnd, 'outcome' | 'orderId' | 'reason'>;

/** What an event means; it only says where to look, Stripe is asked for the facts. docs/payments.md has the table. */
async function handlePaymentEvent(needs: Needs, event: StoredEvent): Promise<End> {
  if (event.livemode !== needs.payments.livemode)
    return { outcome: 'foreign', reason: event.livemode ? 'of the live mode' : 'of the test mode' };
  if (event.account) return { outcome: 'foreign', reason: 'of another account' };
  const act = actOn(needs, event);
  if (!act) return { outcome: 'ignored', reason: 'a type the shop does not act on' };
  const orderId = await needs.tracer.span({ name: `event ${event.type}`, attributes: { eventId: event.id } }, (span) =>
    needs.log.within({ eventId: event.id }, async () => {
      const orderId = await act();
      if (orderId) span.note({ orderId });
      return orderId;
    }),
  );
  return orderId ? { outcome: 'handled', orderId } : { outcome: 'foreign', reason: 'about no payment of ours' };
}

/** Undefined for a type that is not handled; else what to do, which answers the order's id when it is one of ours. */
function actOn(needs: Needs, event: StoredEvent): (() => Promise<string | undefined>) | undefined {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.expired':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
      return () => onAttempt(needs, event, (attempt) => settleAttempt(needs, attempt));
    case 'payment_intent.succeeded':
    case 'payment_intent.canceled':
      return () => onAttempt(needs, event, (attempt) => settleIfMade(needs, attempt));
    case 'payment_intent.payment_failed':
      return () => onAttempt(needs, event, (attempt) => tellPaymentFailed(needs, attempt, event));
    case 'payment_intent.requires_action':
      return () => onAttempt(needs, event, (attempt) => tellActionRequired(needs, attempt, event));
    case 'charge.refunded':
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return () => recordRefundsOf(needs, event);
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
      return () => recordDisputeOf(needs, event);
    case 'radar.early_fraud_warning.created':
      return () => noteFraudWarning(needs, event);
    default:
      return undefined;
  }
}

async function settleIfMade(needs: Needs, attempt: Attempt): Promise<void> {
  if (attempt.sessionId) await settleAttempt(needs, attempt);
}

async function onAttempt(
  needs: Needs,
  event: StoredEvent,
  act: (attempt: Attempt) => Promise<unknown>,
): Promise<string | undefined> {
  const attempt = await attemptOf(needs.db, event);
  if (!attempt) return undefined;
  await needs.log.within({ orderId: attempt.orderId }, () => act(attempt));
  timeSinceSession(needs.meter, event, attempt);
  return attempt.orderId;
}

function timeSinceSession(meter: Meter, { type, receivedAt, recovered }: StoredEvent, { createdAt }: Attempt): void {
  if (type !== 'checkout.session.completed' || recovered) return;
  meter.observe('session_to_webhook_seconds', {}, (receivedAt.getTime() - createdAt.getTime()) / 1000);
}

/** The attempt an event is about: by its session, by its payment intent, else by its metadata (fault 12). */
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
  if (event.attemptId && isUuid(event.attemptId)) return findAttempt(db, { id: event.attemptId });
  return event.orderId && isUuid(event.orderId) ? onlyAttemptOf(db, event.orderId) : undefined;
}
