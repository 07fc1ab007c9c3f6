import type { Locale } from '../../../domain/locale.ts';
import type { Rating } from '../../../domain/rating.ts';
import type { RefundReason, StaffRefundReason } from '../../../domain/refund.ts';
import type { ReviewOutcome, ReviewReason } from '../../../domain/review.ts';
import type { RefundResult } from '../../../flows/refund-order.ts';
import type { ReleaseResult } from '../../../flows/release-review.ts';
import { en } from './money-words-en.ts';
import { es } from './money-words-es.ts';
import { fr } from './money-words-fr.ts';

/** What a form of the money pages can come to, beside done. */
export type MoneyProblem =
  | Exclude<RefundResult['kind'], 'requested'>
  | Exclude<ReleaseResult['kind'], 'released' | 'unknown'>
  | 'bad_amount'
  | 'note_missing';

export type MoneyWords = {
  money: string;
  received: string;
  refunded: string;
  lost: string;
  dispute: string;
  left: string;
  /** Refund and dispute states: https://docs.stripe.com/api/refunds/object#refund_object-status and the dispute's own. */
  states: Record<string, string>;
  who: { customer: string; operator: string; stripe: string; system: string; formerStaff: string };
  reasons: Record<RefundReason | StaffRefundReason | ReviewReason | Rating | 'given_back', string>;
  refund: {
    open: string;
    amount: string;
    /** Before the amount that is left. */
    amountHint: string;
    reason: string;
    restock: string;
    restockAuto: string;
    restockYes: string;
    restockNo: string;
    submit: string;
    done: string;
    managersOnly: string;
  };
  review: {
    title: string;
    /** What happened, and what the manager can do. */
    advice: Record<ReviewReason, string>;
    /** Below it, while Stripe may still take a refund of this money. */
    refundWaiting: string;
    open: string;
    decision: string;
    outcomes: Record<ReviewOutcome, string>;
    note: string;
    submit: string;
    done: string;
  };
  problems: Record<MoneyProblem, string>;
  /** Before the date a dispute must be answered by. */
  dueBy: string;
  overview: {
    disputes: string;
    foreignEvents: string;
    foreignEventsAdvice: string;
    /** Before a date. */
    compared: string;
    notCompared: string;
    days: string;
  };
  event: {
    title: string;
    all: string;
    outcome: string;
    outcomes: Record<'received' | 'handled' | 'ignored' | 'foreign' | 'failed', string>;
    reason: string;
    tries: string;
    happened: string;
    came: string;
    payload: string;
    replay: string;
    replayed: string;
    notReplayed: string;
  };
};

export const MONEY_WORDS: Record<Locale, MoneyWords> = { fr, en, es };

/** A reason in words; Stripe's own words for which we have none are shown as they are. */
export const wordOfReason = ({ reasons }: MoneyWords, reason: string): string =>
  reasons[reason as keyof MoneyWords['reasons']] ?? reason.replaceAll('_', ' ');

/** A refund's or dispute's state in words; one of tomorrow as it is. */
export const wordOfState = ({ states }: MoneyWords, state: string): string =>
  states[state] ?? state.replaceAll('_', ' ');
