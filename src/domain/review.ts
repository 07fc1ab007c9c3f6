import type { OrderStatus } from './order.ts';
import { PAID } from './order.ts';

/** What Stripe took does not match what we asked for: nothing is fulfilled (fault 19). */
export const MISMATCHES = ['livemode_differs', 'order_differs', 'currency_differs', 'amount_differs'] as const;
export type Mismatch = (typeof MISMATCHES)[number];

/** Why a person must look at an order's money before anything else happens to it; the gravest first. */
export const REVIEW_REASONS = [
  ...MISMATCHES,
  /** Stripe could not give the money back: it is ours although it should not be. */
  'refund_failed',
  /** A dispute that had been lost was won after all: the money is ours again, and the order is over. */
  'dispute_reversed',
  /** A dispute took a part of the money: whether the goods are still owed is not ours to guess (fault 27). */
  'dispute_lost_in_part',
  /** The customer's bank suspects fraud: most of these become disputes. */
  'fraud_warning',
] as const;
export type ReviewReason = (typeof REVIEW_REASONS)[number];

/** How far an order is, as its customer is told: `payment_under_review` has money that does not match, and is not paid again. */
export type ToldStatus = OrderStatus | 'payment_under_review';

/** Of the reviews of paid orders customers hear nothing: whoever is suspected of fraud must not. */
export const toldStatus = (order: { status: OrderStatus; reviewReason: string | null }): ToldStatus =>
  order.status === 'pending_payment' && order.reviewReason !== null ? 'payment_under_review' : order.status;

/**
 * How a person may end a review: `goes_on` takes things as they are; `given_back` says that what is owed was given back
 * another way than through Stripe, which is put on record.
 */
export const REVIEW_OUTCOMES = ['goes_on', 'given_back'] as const;
export type ReviewOutcome = (typeof REVIEW_OUTCOMES)[number];

const isMismatch = (reason: ReviewReason): boolean => (MISMATCHES as readonly string[]).includes(reason);

/** What the ways out of a review depend on. */
export type ReviewFacts = {
  orderStatus: OrderStatus;
  /** A refund of this money that failed was promised to the customer when settlement decided it. */
  isPromisedBack: boolean;
  /** Stripe has a refund of this money still to take, and may at any moment. */
  hasRefundWaiting: boolean;
};

/**
 * Which of these ways out a review has. Money that differs from what was asked for is never taken for it (fault 19), and
 * money that settlement had promised back is never kept (invariant 1): those end by giving it back only. What Stripe may
 * still send is not given back another way, or it goes back twice: the customer waits, for two days at the most.
 */
export function waysOut(reason: ReviewReason, facts: ReviewFacts): ReviewOutcome[] {
  const ways = waysInTheEnd(reason, facts);
  return facts.hasRefundWaiting ? ways.filter((way) => way !== 'given_back') : ways;
}

function waysInTheEnd(reason: ReviewReason, facts: ReviewFacts): ReviewOutcome[] {
  if (reason === 'livemode_differs' || reason === 'fraud_warning') return ['goes_on'];
  if (isMismatch(reason)) return ['given_back'];
  const mayKeep = reason !== 'refund_failed' || (PAID.includes(facts.orderStatus) && !facts.isPromisedBack);
  return mayKeep ? ['goes_on', 'given_back'] : ['given_back'];
}
