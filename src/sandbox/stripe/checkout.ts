import type Stripe from 'stripe';
import type { SandboxClock } from '../clock.ts';
import { StripeRefusal } from './errors.ts';
import type { StripeEvents } from './events.ts';
import type { Ledger } from './ledger.ts';
import { BANK_REFUSED, DECLINED, NOT_AUTHENTICATED, PaymentTries } from './payment-tries.ts';
import { customerDetails, type StoredSession } from './session-object.ts';

type Needs = { ledger: Ledger; events: StripeEvents; clock: SandboxClock; receiptUrl: () => string };
type Outcome = { payment_status: 'paid' | 'unpaid' | 'no_payment_required'; bankOwes?: boolean };

/** What happens on the Checkout page and afterwards at the bank: sessions, intents and charges, and their events. */
export class Checkout {
  readonly #needs: Needs;
  readonly #tries: PaymentTries;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#tries = new PaymentTries(needs);
  }

  /** What the customer types into the page's email field; nobody is told before the session completes. */
  enterEmail(sessionId: string, email: string): void {
    const stored = this.#open(sessionId);
    if (stored) this.#needs.ledger.sessions.put(sessionId, { ...stored, typedEmail: email });
  }

  /** The card is taken, or a free order confirmed. Does nothing to a session that is not open any more. */
  pay(sessionId: string, { email }: { email?: string } = {}): void {
    if (email !== undefined) this.enterEmail(sessionId, email);
    const stored = this.#open(sessionId);
    if (!stored) return;
    const { events } = this.#needs;
    if (isFree(stored)) {
      const session = this.#complete(sessionId, { payment_status: 'no_payment_required' });
      events.emit('checkout.session.completed', session);
      return;
    }
    const intent = this.#tries.succeed(this.#tries.of(stored), emailOf(stored));
    const session = this.#complete(sessionId, { payment_status: 'paid' });
    events.emit('payment_intent.succeeded', intent);
    events.emit('checkout.session.completed', session);
  }

  /** The bank declines the card; the session stays open for another try. */
  decline(sessionId: string): void {
    const stored = this.#payable(sessionId);
    if (stored) this.#fail(stored, DECLINED);
  }

  /** The bank asks the customer to identify; the session stays open until the challenge ends. */
  challenge(sessionId: string): void {
    const stored = this.#payable(sessionId);
    if (!stored) return;
    const intent = this.#tries.save(this.#tries.of(stored), {
      status: 'requires_action',
      last_payment_error: null,
      next_action: { type: 'use_stripe_sdk', use_stripe_sdk: {} },
    });
    this.#needs.events.emit('payment_intent.requires_action', intent);
  }

  failChallenge(sessionId: string): void {
    const stored = this.#payable(sessionId);
    if (stored) this.#fail(stored, NOT_AUTHENTICATED);
  }

  /** A method whose money comes later: the session completes unpaid and waits for `settleBank`. */
  payLater(sessionId: string): void {
    const stored = this.#payable(sessionId);
    if (!stored) return;
    this.#tries.save(this.#tries.of(stored), { status: 'processing', next_action: null });
    const session = this.#complete(sessionId, { payment_status: 'unpaid', bankOwes: true });
    this.#needs.events.emit('checkout.session.completed', session);
  }

  /** The bank's answer for a session paid later; nothing when none is awaited. */
  settleBank(sessionId: string, paid: boolean): void {
    const { ledger, events } = this.#needs;
    const stored = ledger.session(sessionId);
    if (!stored.bankOwes) return;
    const outcome = paid ? ('paid' as const) : ('unpaid' as const);
    if (paid) events.emit('payment_intent.succeeded', this.#tries.succeed(this.#tries.of(stored), emailOf(stored)));
    else this.#fail(stored, BANK_REFUSED);
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

  #payable(sessionId: string): StoredSession | null {
    const stored = this.#open(sessionId);
    return stored && !isFree(stored) ? stored : null;
  }

  #expire(stored: StoredSession): Stripe.Checkout.Session {
    const { ledger, events, clock } = this.#needs;
    const session: Stripe.Checkout.Session = { ...stored.session, status: 'expired', url: null };
    ledger.sessions.put(session.id, { ...stored, session });
    const intent = this.intent(session.id);
    if (intent) {
      const canceled_at = clock.nowSeconds();
      const change = { status: 'canceled', canceled_at, cancellation_reason: 'expired', next_action: null } as const;
      events.emit('payment_intent.canceled', this.#tries.save(intent, change));
    }
    events.emit('checkout.session.expired', session);
    return session;
  }

  #complete(sessionId: string, outcome: Outcome): Stripe.Checkout.Session {
    const { ledger } = this.#needs;
    const stored = ledger.session(sessionId);
    const { payment_status, bankOwes = false } = outcome;
    const session: Stripe.Checkout.Session = {
      ...stored.session,
      status: 'complete',
      payment_status,
      customer_details: customerDetails(emailOf(stored)),
      url: null,
    };
    ledger.sessions.put(sessionId, { ...stored, session, bankOwes });
    return session;
  }

  #fail(stored: StoredSession, failure: typeof DECLINED): void {
    const intent = this.#tries.fail(this.#tries.of(stored), failure);
    this.#needs.events.emit('payment_intent.payment_failed', intent);
  }
}

/** What the customer typed, or found filled in; never where the shop wants the receipt to go. */
export function emailOf({ typedEmail, session }: StoredSession): string | null {
  return typedEmail || session.customer_email;
}

/** Nothing to pay: no card is asked for. https://docs.stripe.com/payments/checkout/no-cost-orders */
export function isFree({ session }: StoredSession): boolean {
  return session.amount_total === 0;
}
