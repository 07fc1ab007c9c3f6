import type Stripe from 'stripe';
import type { SandboxClock } from '../clock.ts';
import { StripeRefusal } from './errors.ts';
import type { StripeEvents } from './events.ts';
import type { Ledger } from './ledger.ts';
import { newCharge, newIntent } from './resources.ts';
import { customerDetails, type StoredSession } from './session-params.ts';

type Needs = { ledger: Ledger; events: StripeEvents; clock: SandboxClock; receiptUrl: () => string };
type Failure = { code: string; declineCode: string | null; message: string; last4: string };

const DECLINED: Failure = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
  last4: '0002',
};
const NOT_AUTHENTICATED: Failure = {
  code: 'payment_intent_authentication_failure',
  declineCode: null,
  message: 'The provided PaymentMethod has failed authentication.',
  last4: '3220',
};
const BANK_REFUSED: Failure = {
  code: 'payment_intent_payment_attempt_failed',
  declineCode: null,
  message: 'The payment failed.',
  last4: '4242',
};

/** What happens on the Checkout page and afterwards at the bank: sessions, intents and charges, and their events. */
export class Checkout {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The card is taken. Does nothing to a session that is not open any more. */
  pay(sessionId: string): void {
    const stored = this.#open(sessionId);
    if (!stored) return;
    const intent = this.#charged(this.#intentOf(stored));
    this.#complete(stored, { intent, payment_status: 'paid' });
    this.#needs.events.emit('payment_intent.succeeded', intent);
    this.#needs.events.emit('checkout.session.completed', this.#needs.ledger.session(sessionId).session);
  }

  /** The bank declines the card; the session stays open for another try. */
  decline(sessionId: string): void {
    const stored = this.#open(sessionId);
    if (stored) this.#fail(this.#intentOf(stored), DECLINED);
  }

  /** The bank asks the customer to identify; the session stays open until the challenge ends. */
  challenge(sessionId: string): void {
    const stored = this.#open(sessionId);
    if (!stored) return;
    const intent = this.#saveIntent(this.#intentOf(stored), {
      status: 'requires_action',
      last_payment_error: null,
      next_action: { type: 'use_stripe_sdk', use_stripe_sdk: {} },
    });
    this.#needs.events.emit('payment_intent.requires_action', intent);
  }

  failChallenge(sessionId: string): void {
    const stored = this.#open(sessionId);
    if (stored) this.#fail(this.#intentOf(stored), NOT_AUTHENTICATED);
  }

  /** A method whose money comes later: the session completes unpaid and waits for `settleBank`. */
  payLater(sessionId: string): void {
    const stored = this.#open(sessionId);
    if (!stored) return;
    const intent = this.#saveIntent(this.#intentOf(stored), { status: 'processing', next_action: null });
    this.#complete({ ...stored, bankOwes: true }, { intent, payment_status: 'unpaid' });
    this.#needs.events.emit('checkout.session.completed', this.#needs.ledger.session(sessionId).session);
  }

  /** The bank's answer for a session paid later; nothing when none is awaited. */
  settleBank(sessionId: string, paid: boolean): void {
    const { ledger, events } = this.#needs;
    const stored = ledger.session(sessionId);
    if (!stored.bankOwes) return;
    const payment = this.#intentOf(stored);
    const outcome = paid ? ('paid' as const) : ('unpaid' as const);
    if (paid) events.emit('payment_intent.succeeded', this.#charged(payment));
    else this.#fail(payment, BANK_REFUSED);
    const session = { ...stored.session, payment_status: outcome };
    ledger.sessions.put(sessionId, { ...stored, session, bankOwes: false });
    events.emit(`checkout.session.async_payment_${paid ? 'succeeded' : 'failed'}`, session);
  }

  /** What the passing of time does: overdue sessions expire, and banks pay what they owe. */
  timePassed(options: { bankSettles: boolean }): void {
    for (const { session, bankOwes } of this.#needs.ledger.sessions.all()) {
      this.#open(session.id);
      if (bankOwes && options.bankSettles) this.settleBank(session.id, true);
    }
  }

  /** Ends an open session, as POST /expire does; refuses any other. */
  expire(sessionId: string): Stripe.Checkout.Session {
    const stored = this.#open(sessionId);
    if (stored) return this.#expire(stored);
    const { status } = this.#needs.ledger.session(sessionId).session;
    throw new StripeRefusal(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${status}.`,
    );
  }

  /** The session as it is at this moment: one whose time is over is expired before anybody sees it. */
  current(sessionId: string): StoredSession {
    this.#open(sessionId);
    return this.#needs.ledger.session(sessionId);
  }

  /** The intent behind a session, null before the first attempt to pay. */
  intent(sessionId: string): Stripe.PaymentIntent | null {
    const id = this.#needs.ledger.session(sessionId).session.payment_intent;
    return typeof id === 'string' ? this.#needs.ledger.intent(id) : null;
  }

  #open(sessionId: string): StoredSession | null {
    const stored = this.#needs.ledger.session(sessionId);
    if (stored.session.status !== 'open') return null;
    if (stored.session.expires_at > this.#needs.clock.nowSeconds()) return stored;
    this.#expire(stored);
    return null;
  }

  #expire(stored: StoredSession): Stripe.Checkout.Session {
    const { ledger, events, clock } = this.#needs;
    const session: Stripe.Checkout.Session = { ...stored.session, status: 'expired', url: null };
    ledger.sessions.put(session.id, { ...stored, session });
    const intent = this.intent(session.id);
    if (intent) {
      const canceled_at = clock.nowSeconds();
      const change = { status: 'canceled', canceled_at, cancellation_reason: 'expired', next_action: null } as const;
      events.emit('payment_intent.canceled', this.#saveIntent(intent, change));
    }
    events.emit('checkout.session.expired', session);
    return session;
  }

  #complete(stored: StoredSession, outcome: { intent: Stripe.PaymentIntent; payment_status: 'paid' | 'unpaid' }): void {
    const session: Stripe.Checkout.Session = {
      ...stored.session,
      status: 'complete',
      payment_status: outcome.payment_status,
      payment_intent: outcome.intent.id,
      customer_details: stored.session.customer_details ?? customerDetails(stored.receiptEmail),
      url: null,
    };
    this.#needs.ledger.sessions.put(session.id, { ...stored, session });
  }

  /** Checkout makes the intent when the customer first tries to pay. */
  #intentOf(stored: StoredSession): Stripe.PaymentIntent {
    const existing = this.intent(stored.session.id);
    if (existing) return existing;
    const { ledger, clock } = this.#needs;
    const intent = newIntent({
      amount: stored.session.amount_total ?? 0,
      currency: stored.session.currency ?? 'eur',
      created: clock.nowSeconds(),
      metadata: stored.intentMetadata,
      description: stored.intentDescription,
      receiptEmail: stored.receiptEmail,
    });
    stored.session = { ...stored.session, payment_intent: intent.id };
    ledger.sessions.put(stored.session.id, stored);
    return ledger.intents.put(intent.id, intent);
  }

  #charged(intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
    const charge = this.#charge(intent, { paid: true, failureCode: null, failureMessage: null, last4: '4242' });
    return this.#saveIntent(intent, {
      status: 'succeeded',
      amount_received: intent.amount,
      latest_charge: charge.id,
      payment_method: charge.payment_method,
      last_payment_error: null,
      next_action: null,
    });
  }

  #fail(intent: Stripe.PaymentIntent, failure: Failure): void {
    const { code, message, last4 } = failure;
    const charge = this.#charge(intent, { paid: false, failureCode: code, failureMessage: message, last4 });
    const saved = this.#saveIntent(intent, {
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
    this.#needs.events.emit('payment_intent.payment_failed', saved);
  }

  #charge(intent: Stripe.PaymentIntent, outcome: Parameters<typeof newCharge>[1]['outcome']): Stripe.Charge {
    const { ledger, clock, receiptUrl } = this.#needs;
    const made = { created: clock.nowSeconds(), email: intent.receipt_email, receiptUrl: receiptUrl(), outcome };
    const charge = newCharge(intent, made);
    return ledger.charges.put(charge.id, charge);
  }

  #saveIntent(intent: Stripe.PaymentIntent, change: Partial<Stripe.PaymentIntent>): Stripe.PaymentIntent {
    return this.#needs.ledger.intents.put(intent.id, { ...intent, ...change });
  }
}
