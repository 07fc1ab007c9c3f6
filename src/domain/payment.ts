import type { OrderStatus } from './order.ts';
import type { Mismatch } from './review.ts';

/** What we read of a Stripe Checkout Session. Stripe is the truth; an event only says where to look. */
export type CheckoutSession = {
  id: string;
  url: string | null;
  status: 'open' | 'complete' | 'expired' | null;
  paymentStatus: 'paid' | 'unpaid' | 'no_payment_required';
  amountTotalMinor: number | null;
  /** ISO 4217, upper case. */
  currency: string | null;
  livemode: boolean;
  orderId: string | null;
  paymentIntentId: string | null;
  receiptUrl: string | null;
  /** Where Stripe sends its receipt; null when it was given no address. */
  receiptEmail: string | null;
  /** What the customer typed on Stripe's page, or what it was given. */
  customerEmail: string | null;
  /** When Stripe took the money; null while it has not. */
  chargedAt: Date | null;
};

export const OPEN_ATTEMPT = ['PENDING', 'PROCESSING'] as const;
export const ATTEMPT_STATUSES = [...OPEN_ATTEMPT, 'PAID', 'FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED'] as const;
export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number];

/**
 * The attempt's state table as data; the database holds the same rows in attempt_transitions and refuses the rest. Paid
 * is never unpaid again (faults 11, 12); what we had given up may still turn out to be paid (faults 9, 15).
 */
export const ATTEMPT_TRANSITIONS: Readonly<Record<AttemptStatus, readonly AttemptStatus[]>> = {
  PENDING: ['PROCESSING', 'PAID', 'FAILED', 'CANCELLED', 'EXPIRED'],
  PROCESSING: ['PAID', 'FAILED', 'EXPIRED'],
  FAILED: ['PAID'],
  CANCELLED: ['PAID'],
  EXPIRED: ['PAID'],
  PAID: ['REFUNDED'],
  REFUNDED: [],
};

export type AttemptFacts = { orderId: string; amountMinor: number; currency: string; status: AttemptStatus };

export type Settlement =
  | { kind: 'confirm' }
  /** Money that came after the order had expired or been cancelled: revive if stock allows, else refund (fault 9). */
  | { kind: 'late_money' }
  | { kind: 'processing' }
  | { kind: 'expire' }
  /** Amount, currency, order or mode differ from what we asked for: a person looks, nothing is fulfilled (fault 19). */
  | { kind: 'review'; reason: Mismatch }
  | { kind: 'nothing' };

function mismatch(session: CheckoutSession, attempt: AttemptFacts, livemode: boolean): Mismatch | undefined {
  if (session.livemode !== livemode) return 'livemode_differs';
  if (session.orderId !== attempt.orderId) return 'order_differs';
  if (session.currency !== attempt.currency) return 'currency_differs';
  if (session.amountTotalMinor !== attempt.amountMinor) return 'amount_differs';
  return undefined;
}

/** What a session's state means for its order. Pure: the same answer for a webhook, the success page and the sweep. */
export function decideSettlement(
  session: CheckoutSession,
  attempt: AttemptFacts,
  order: { status: OrderStatus },
  livemode: boolean,
): Settlement {
  if (attempt.status === 'PAID' || attempt.status === 'REFUNDED') return { kind: 'nothing' };
  if (session.status === 'expired') return { kind: 'expire' };
  if (session.status !== 'complete') return { kind: 'nothing' };
  if (session.paymentStatus === 'unpaid') return { kind: 'processing' };
  const reason = mismatch(session, attempt, livemode);
  if (reason) return { kind: 'review', reason };
  switch (order.status) {
    case 'pending_payment':
      return { kind: 'confirm' };
    case 'expired':
    case 'cancelled':
      return { kind: 'late_money' };
    case 'confirmed':
    case 'ready':
    case 'collected':
    case 'refunded':
      // Another attempt paid first: this money is a duplicate and goes back (faults 15, 26).
      return { kind: 'late_money' };
    default:
      return order.status satisfies never;
  }
}
