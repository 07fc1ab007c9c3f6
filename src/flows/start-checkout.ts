import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { underLease } from '../db/lease.ts';
import { findOrder, lockOrder, moveOrder } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import {
  type Attempt,
  type ClaimedCheckout,
  claimNextCheckout,
  moveAttempt,
  recordSession,
  renewCheckoutClaim,
  retryCheckoutLater,
} from '../db/payment-attempts.ts';
import { releaseReservations } from '../db/stock.ts';
import { transact } from '../db/transact.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { checkoutUnavailableMessage, paymentLinkMessage } from '../domain/payment-messages.ts';
import type { QuietHours } from '../domain/quiet-hours.ts';
import { reminderTimes } from '../domain/reminder.ts';
import { backoffSeconds } from '../domain/retry.ts';
import type { ShopRules } from '../domain/shop-settings.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Log, Payments, Scheduler, Tracer } from '../ports.ts';

type Needs = {
  db: Db;
  clock: Clock;
  log: Log;
  tracer: Tracer;
  texts: Texts;
  payments: Pick<Payments, 'createCheckoutSession' | 'expireCheckoutSession'>;
  scheduler: Scheduler;
  timezone: string;
  rules: Pick<ShopRules, 'reminders'>;
  /** Null where none are kept. */
  quietHours: QuietHours | null;
};

// Stripe refuses a session that would live less than 30 minutes (platform-facts).
const SHORTEST_SESSION_MS = 30 * 60_000;

/**
 * Makes the Checkout Session of the next attempt that has none and sends the customer its link. The stored parameters
 * and idempotency key are resent exactly, so a call whose answer was lost ends in the same session. After a 5xx of Stripe's,
 * which it would repeat under that key for a day, the key is another: should Stripe have made a session all the same, nobody
 * has its URL, nobody can pay it, and it expires when the one we send does. False: none waiting.
 */
export async function startNextCheckout(needs: Needs): Promise<boolean> {
  const attempt = await claimNextCheckout(needs.db);
  if (!attempt) return false;
  if (attempt.expiresAt.getTime() - needs.clock.now().getTime() < SHORTEST_SESSION_MS) {
    await giveUp(needs, attempt, 'Stripe could not be reached while the link could still be made');
    return true;
  }
  const attributes = { orderId: attempt.orderId };
  await needs.tracer.span({ name: 'checkout', attributes }, () => makeSession(needs, attempt));
  return true;
}

async function makeSession(needs: Needs, attempt: ClaimedCheckout): Promise<void> {
  try {
    const session = await underLease(leaseOf(needs, attempt), () =>
      needs.payments.createCheckoutSession(attempt.params, attempt.callKey),
    );
    await linkSession(needs, attempt, session);
  } catch (error) {
    const reason = describeError(error);
    const { callKey, callAttempts: tries } = attempt;
    needs.log.error({ orderId: attempt.orderId, tries, error: reason }, 'checkout session failed');
    if (error instanceof AppError && !error.retryable && !error.ambiguous) await giveUp(needs, attempt, reason);
    else {
      const spentKey = error instanceof AppError && error.keySpent ? { callKey, tries } : undefined;
      const later = { delaySeconds: backoffSeconds(tries), error: reason, ...(spentKey && { spentKey }) };
      await retryCheckoutLater(needs.db, attempt.id, later);
    }
  }
}

const leaseOf = ({ db, log }: Needs, attempt: ClaimedCheckout) => ({
  renew: () => renewCheckoutClaim(db, attempt),
  onError: (error: unknown) => log.warn({ orderId: attempt.orderId, error: describeError(error) }, 'claim not renewed'),
});

type MadeSession = { id: string; url: string | null; paymentIntentId: string | null };

async function linkSession(needs: Needs, attempt: Attempt, session: MadeSession): Promise<void> {
  const { url } = session;
  if (!url) throw new AppError('checkout_without_url', 'Stripe made a session without a url', { retryable: true });
  const order = await transact(needs.db, async (tx) => {
    const found = await lockOrder(tx, attempt.orderId);
    const isOpen = await recordSession(tx, attempt.id, session);
    if (!isOpen || found?.status !== 'pending_payment') return undefined;
    await enqueueMessage(tx, {
      businessKey: `payment-link:${attempt.id}`,
      customerId: found.customerId,
      orderId: found.id,
      content: paymentLinkMessage(needs.texts, found, url, needs.timezone),
      at: needs.clock.now(),
    });
    return found;
  });
  if (!order) {
    // Cancelled while Stripe was being asked: a session nobody should pay must not stay payable (fault 14).
    // Should Stripe not answer now, reconciliation finds the attempt closed and its session open.
    await needs.payments
      .expireCheckoutSession(session.id)
      .catch((error) =>
        needs.log.warn({ orderId: attempt.orderId, error: describeError(error) }, 'session not closed yet'),
      );
    return;
  }
  const delaysMinutes = needs.rules.reminders.map(({ delayMinutes }) => delayMinutes);
  const wakeUps = reminderTimes(order, delaysMinutes, needs.quietHours).filter((at) => at !== undefined);
  // Together: where nobody answers, the next order waits for one refusal instead of one per step.
  await Promise.all(
    wakeUps.map((at) =>
      needs.scheduler
        .remindAt(order.id, at)
        // Only the wake-up is lost: the sweep behind it still finds the order.
        .catch((error) => needs.log.warn({ orderId: order.id, error: describeError(error) }, 'reminder not scheduled')),
    ),
  );
}

async function giveUp(needs: Needs, attempt: Attempt, reason: string): Promise<void> {
  const now = needs.clock.now();
  await transact(needs.db, async (tx) => {
    if (!(await moveAttempt(tx, attempt.id, ['PENDING'], 'FAILED', { at: now, lastError: reason }))) return;
    if (!(await moveOrder(tx, attempt.orderId, ['pending_payment'], 'cancelled', now))) return;
    const subject = `order:${attempt.orderId}`;
    await writeAudit(tx, { actor: 'system', action: 'checkout.given_up', subject, details: { reason }, at: now });
    await releaseReservations(tx, attempt.orderId);
    const order = await findOrder(tx, attempt.orderId);
    if (!order) return;
    await enqueueMessage(tx, {
      businessKey: `checkout-unavailable:${attempt.id}`,
      customerId: order.customerId,
      orderId: order.id,
      content: checkoutUnavailableMessage(needs.texts, order),
      at: needs.clock.now(),
    });
  });
}
