/** Keys of prompts/messages. A stolen or suspect card reads like any refusal, as Stripe asks. */
export type DeclineText =
  | 'declined_funds'
  | 'declined_expired'
  | 'declined_details'
  | 'declined_limit'
  | 'declined_authentication'
  | 'declined_card';

// https://docs.stripe.com/declines/codes and https://docs.stripe.com/error-codes
const TEXTS = new Map<string, DeclineText>(
  Object.entries({
    insufficient_funds: 'declined_funds',
    expired_card: 'declined_expired',
    incorrect_cvc: 'declined_details',
    invalid_cvc: 'declined_details',
    incorrect_number: 'declined_details',
    invalid_number: 'declined_details',
    invalid_expiry_month: 'declined_details',
    invalid_expiry_year: 'declined_details',
    incorrect_zip: 'declined_details',
    card_velocity_exceeded: 'declined_limit',
    withdrawal_count_limit_exceeded: 'declined_limit',
    authentication_required: 'declined_authentication',
    payment_intent_authentication_failure: 'declined_authentication',
    card_declined: 'declined_card',
    generic_decline: 'declined_card',
    do_not_honor: 'declined_card',
    call_issuer: 'declined_card',
    card_not_supported: 'declined_card',
    currency_not_supported: 'declined_card',
    transaction_not_allowed: 'declined_card',
    restricted_card: 'declined_card',
    lost_card: 'declined_card',
    stolen_card: 'declined_card',
    pickup_card: 'declined_card',
    fraudulent: 'declined_card',
  }),
);

/** What to tell the customer about Stripe's decline or error code; undefined for one that says nothing useful. */
export function declineText(code: string | null): DeclineText | undefined {
  return code === null ? undefined : TEXTS.get(code);
}
