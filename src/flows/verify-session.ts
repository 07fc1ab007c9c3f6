import { claimAsking } from '../db/attempts-to-ask.ts';
import type { Db } from '../db/client.ts';
import { findOrder } from '../db/orders.ts';
import { type Attempt, findAttempt } from '../db/payment-attempts.ts';
import { isBeingRefunded } from '../db/refunds.ts';
import { describeError } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import { type OrderStatus, PAID } from '../domain/order.ts';
import type { Texts } from '../domain/texts.ts';
import { type SettleNeeds, settlePayment } from './settle-payment.ts';

export type SessionStatus = {
  status: 'success' | 'pending' | 'error';
  message: string;
  /** Absent when we never made such a session. */
  orderNumber?: string;
  locale: Locale;
};

const PAGE = {
  PAID: ['success', 'page_success'],
  PENDING: ['pending', 'page_pending'],
  PROCESSING: ['pending', 'page_pending'],
  FAILED: ['error', 'page_failed'],
  CANCELLED: ['error', 'page_cancelled'],
  EXPIRED: ['error', 'page_expired'],
  REFUNDED: ['error', 'page_refunded'],
} as const;
const IN_REVIEW = ['pending', 'page_review'] as const;

// A webhook takes seconds; after this the page asks Stripe itself and settles what is paid (design.md).
const ASK_STRIPE_AFTER_MS = 30_000;
// Pages poll every 2 s, through any web process: Stripe is asked about one session at most this often by all of them.
const ASK_AGAIN_AFTER_MS = 10_000;

type Needs = SettleNeeds & { db: Db; texts: Texts; shop: { locale: Locale } };

/** What the success page shows: from the database, and from Stripe when the webhook is late. */
export async function verifySession(needs: Needs, sessionId: string): Promise<SessionStatus> {
  let attempt = await findAttempt(needs.db, { sessionId });
  if (!attempt) {
    const locale = needs.shop.locale;
    return { status: 'error', message: needs.texts(locale, 'page_unknown'), locale };
  }
  if (await mayAskStripe(needs, attempt)) {
    try {
      await settlePayment(needs, attempt);
      attempt = (await findAttempt(needs.db, { sessionId })) ?? attempt;
    } catch (error) {
      // The page keeps polling; the reconciler asks again too.
      needs.log.warn({ orderId: attempt.orderId, error: describeError(error) }, 'Stripe did not answer verify-session');
    }
  }
  const order = await findOrder(needs.db, attempt.orderId);
  const locale = order?.locale ?? needs.shop.locale;
  const [status, key] = await pageOf(needs, attempt, order?.status);
  return {
    status,
    message: needs.texts(locale, key),
    ...(order && { orderNumber: order.number }),
    locale,
  };
}

async function pageOf(needs: Needs, attempt: Attempt, orderStatus: OrderStatus | undefined) {
  if (await isGoingBack(needs, attempt)) return PAGE.REFUNDED;
  // Stripe took something else than we asked for: a person looks first (fault 19).
  if (attempt.status === 'PAID' && orderStatus && !PAID.includes(orderStatus)) return IN_REVIEW;
  return PAGE[attempt.status];
}

/** Late or doubled money is recorded as paid before its refund is: the page must not promise a QR code. */
async function isGoingBack(needs: Needs, attempt: Attempt): Promise<boolean> {
  return attempt.status === 'PAID' && (await isBeingRefunded(needs.db, attempt.id));
}

async function mayAskStripe(needs: Needs, attempt: Attempt): Promise<boolean> {
  const now = needs.clock.now();
  const isWaiting = attempt.status === 'PENDING' || attempt.status === 'PROCESSING';
  if (!isWaiting || now.getTime() - attempt.createdAt.getTime() < ASK_STRIPE_AFTER_MS) return false;
  return claimAsking(needs.db, attempt.id, now, new Date(now.getTime() - ASK_AGAIN_AFTER_MS));
}
