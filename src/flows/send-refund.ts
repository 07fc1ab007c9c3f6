import { notifyTeam } from '../db/notifications.ts';
import { lockOrder } from '../db/orders.ts';
import { findPayment } from '../db/payments.ts';
import {
  type ClaimedRefund,
  claimNextRefund,
  cutRefundToRest,
  failRefund,
  isStillRequested,
  retryRefundLater,
} from '../db/refunds.ts';
import { transact } from '../db/transact.ts';
import { refundHindrance } from '../domain/dispute.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { backoffSeconds } from '../domain/retry.ts';
import type { Payments, Tracer } from '../ports.ts';
import { applyRefund, holdFailedRefund, type RefundNeeds } from './record-refund.ts';

type Needs = RefundNeeds & { payments: Pick<Payments, 'refund'>; tracer: Tracer };

/** Carries the next requested refund to Stripe under its stored key. False when none was waiting. */
export async function sendNextRefund(needs: Needs): Promise<boolean> {
  const claimed = await claimNextRefund(needs.db);
  if (!claimed) return false;
  const { orderId, refundId } = claimed;
  await needs.tracer.span({ name: 'refund', attributes: { orderId, refundId } }, () =>
    needs.log.within({ orderId, refundId }, () => carry(needs, claimed)),
  );
  return true;
}

async function carry(needs: Needs, claimed: ClaimedRefund): Promise<void> {
  try {
    if (!(await isMadeAlready(needs, claimed))) {
      await applyRefund(needs, await needs.payments.refund(claimed, claimed.callKey));
    }
  } catch (error) {
    await onNotAccepted(needs, claimed, error);
  }
}

/** Stripe forgets keys after a day: a call that may have been taken before is looked up, not trusted to its key (fault 25). */
async function isMadeAlready(
  needs: Needs,
  { callAttempts, paymentIntentId, refundId }: ClaimedRefund,
): Promise<boolean> {
  if (callAttempts <= 1) return false;
  for (const refund of await needs.payments.listRefunds({ paymentIntentId })) await applyRefund(needs, refund);
  return !(await isStillRequested(needs.db, refundId));
}

// After a 5xx Stripe may have made the refund or be making it still, and under the next key it would make a second one: of a
// part of the money, nothing at Stripe refuses that. Ten minutes are longer than any call of its lives, and time for its list and
// its webhook to name what was made; then it is looked up, and the call goes out only where nothing was.
const SECONDS_UNTIL_LISTED = 600;

/**
 * It is the customer's money, and what Stripe refuses today (a dispute is open, the balance is short) it may take tomorrow:
 * only what it will never take is given up. The team is told once of a refusal; the metric refunds_waiting shows what keeps
 * failing.
 */
async function onNotAccepted(needs: Needs, claimed: ClaimedRefund, error: unknown): Promise<void> {
  const isRefused = error instanceof AppError && !error.retryable && !error.ambiguous;
  if (isRefused && (await wentBackElsewhere(needs, claimed))) return;
  if (isRefused && (await giveUpForGood(needs, claimed))) return;
  const { refundId, orderId, orderNumber, callAttempts: tries } = claimed;
  const reason = describeError(error);
  needs.log.error({ orderId, tries, error: reason }, 'refund not accepted yet');
  if (isRefused) {
    const money = { amountMinor: claimed.amountMinor, currency: claimed.currency };
    const values = { reason: String(error.vendorCode ?? error.code) };
    const notice = { kind: 'refund_refused', orderNumber, money, values, orderId, at: needs.clock.now() } as const;
    await notifyTeam(needs.db, { key: `refund-refused:${refundId}`, ...notice });
  }
  const isAnswered = error instanceof AppError && error.keySpent;
  await retryRefundLater(needs.db, refundId, {
    delaySeconds: Math.max(backoffSeconds(tries, 3600), isAnswered ? SECONDS_UNTIL_LISTED : 0),
    error: reason,
    ...((isRefused || isAnswered) && { spentKey: { callKey: claimed.callKey, tries } }),
  });
}

/**
 * Stripe refuses more than is left: part of the money may have gone back from its Dashboard or been lost to a dispute.
 * Then the rest is asked for. True when that was so.
 */
async function wentBackElsewhere(needs: Needs, claimed: ClaimedRefund): Promise<boolean> {
  const refunds = await needs.payments.listRefunds({ paymentIntentId: claimed.paymentIntentId });
  for (const refund of refunds) await applyRefund(needs, refund);
  return cutRefundToRest(needs.db, claimed.refundId);
}

// With the backoff's cap of an hour: some two days.
const MAX_REFUSALS = 60;

/**
 * Once a dispute was lost, Stripe refunds nothing of its charge any more; and what it has refused for two days it will not
 * take by being asked again: a person must give the money back. False while it may still.
 */
async function giveUpForGood(needs: Needs, claimed: ClaimedRefund): Promise<boolean> {
  return transact(needs.db, async (tx) => {
    const order = await lockOrder(tx, claimed.orderId);
    const payment = await findPayment(tx, claimed.paymentId);
    if (!order || !payment) return false;
    const isChargedBack = refundHindrance(payment.disputeStatuses) === 'charged_back';
    if (!isChargedBack && claimed.callAttempts < MAX_REFUSALS) return false;
    const reason = isChargedBack ? 'charged_back' : 'refused';
    if (!(await failRefund(tx, claimed.refundId, `given up: ${reason}`))) return true;
    const { refundId: id, paymentId, amountMinor, currency } = claimed;
    await holdFailedRefund(needs, tx, order, { id, paymentId, amountMinor, currency, reason, status: 'failed' });
    return true;
  });
}
