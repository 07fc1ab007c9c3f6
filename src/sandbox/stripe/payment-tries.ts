import type Stripe from 'stripe';
import type { SandboxClock } from '../clock.ts';
import type { Ledger } from './ledger.ts';
import { type ChargeOutcome, newCharge, newIntent } from './resources.ts';
import type { StoredSession } from './session-object.ts';

type Needs = { ledger: Ledger; clock: SandboxClock; receiptUrl: () => string };
type Failure = { code: string; declineCode: string | null; message: string; last4: string };

export const DECLINED: Failure = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
  last4: '0002',
};
export const NOT_AUTHENTICATED: Failure = {
  code: 'payment_intent_authentication_failure',
  declineCode: null,
  message: 'The provided PaymentMethod has failed authentication.',
  last4: '3220',
};
export const BANK_REFUSED: Failure = {
  code: 'payment_intent_payment_attempt_failed',
  declineCode: null,
  message: 'The payment failed.',
  last4: '4242',
};

/** Tries at taking a session's money: one intent per session, one charge per try. Tells nobody: Checkout does. */
export class PaymentTries {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Checkout makes the intent when the customer first tries to pay. */
  of(stored: StoredSession): Stripe.PaymentIntent {
    const { ledger, clock } = this.#needs;
    const { payment_intent } = stored.session;
    if (typeof payment_intent === 'string') return ledger.intent(payment_intent);
    const intent = newIntent({
      amount: stored.session.amount_total ?? 0,
      currency: stored.session.currency ?? 'eur',
      created: clock.nowSeconds(),
      metadata: stored.intentMetadata,
      description: stored.intentDescription,
      receiptEmail: stored.receiptEmail,
    });
    const session = { ...stored.session, payment_intent: intent.id };
    ledger.sessions.put(session.id, { ...stored, session });
    return ledger.intents.put(intent.id, intent);
  }

  /** `email` is what the customer typed: it names the payer, and is not where a receipt goes. */
  succeed(intent: Stripe.PaymentIntent, email: string | null): Stripe.PaymentIntent {
    const outcome = { paid: true, failureCode: null, failureMessage: null, last4: '4242' };
    const charge = this.#charge(intent, outcome, email);
    return this.save(intent, {
      status: 'succeeded',
      amount_received: intent.amount,
      latest_charge: charge.id,
      payment_method: charge.payment_method,
      last_payment_error: null,
      next_action: null,
    });
  }

  fail(intent: Stripe.PaymentIntent, failure: Failure): Stripe.PaymentIntent {
    const { code, message, last4 } = failure;
    const outcome = { paid: false, failureCode: code, failureMessage: message, last4 };
    const charge = this.#charge(intent, outcome, null);
    return this.save(intent, {
      status: 'requires_payment_method',
      latest_charge: charge.id,
      next_action: null,
      last_payment_error: {
        type: code === 'card_declined' ? 'card_error' : 'invalid_request_error',
        charge: charge.id,
        code,
        ...(failure.declineCode && { decline_code: failure.declineCode }),
        doc_url: `https://docs.stripe.com/error-codes/${code.replaceAll('_', '-')}`,
        message,
      } as Stripe.PaymentIntent.LastPaymentError,
    });
  }

  #charge(intent: Stripe.PaymentIntent, outcome: ChargeOutcome, email: string | null): Stripe.Charge {
    const { ledger, clock, receiptUrl } = this.#needs;
    const charge = newCharge(intent, { created: clock.nowSeconds(), email, receiptUrl: receiptUrl(), outcome });
    return ledger.charges.put(charge.id, charge);
  }

  save(intent: Stripe.PaymentIntent, change: Partial<Stripe.PaymentIntent>): Stripe.PaymentIntent {
    return this.#needs.ledger.intents.put(intent.id, { ...intent, ...change });
  }
}
