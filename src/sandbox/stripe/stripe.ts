import type { Router } from 'express';
import type { SandboxClock } from '../clock.ts';
import type { Deliveries } from '../deliveries.ts';
import { Faults } from '../faults.ts';
import type { SandboxStore } from '../store.ts';
import { Checkout } from './checkout.ts';
import { StripeEvents } from './events.ts';
import { Ledger } from './ledger.ts';
import { Refunds } from './refunds.ts';
import { stripeRouter } from './router.ts';

export type StripeAccount = { secretKey: string; webhookSecret: string };

type Needs = { store: SandboxStore; clock: SandboxClock; deliveries: Deliveries; account: StripeAccount };

const EXPIRY_CHECK_MS = 15_000;

/** The stand-in for Stripe. Tests hold `checkout`, `refunds`, `events` and `faults` to play customer, bank and network. */
export class StripeStandIn {
  readonly router: Router;
  readonly ledger: Ledger;
  readonly events: StripeEvents;
  readonly checkout: Checkout;
  readonly refunds: Refunds;
  readonly faults = new Faults();
  readonly #timer: NodeJS.Timeout;

  constructor({ store, clock, deliveries, account }: Needs) {
    const webhookSecret = account.webhookSecret.split(',')[0]?.trim() ?? '';
    this.ledger = new Ledger(store);
    this.events = new StripeEvents({ store, clock, deliveries, webhookSecret });
    const parts = { ledger: this.ledger, events: this.events, clock };
    const page = (path: string): string => `${deliveries.publicUrl}/sandbox/${path}`;
    this.checkout = new Checkout({ ...parts, receiptUrl: () => page('receipt/{CHARGE_ID}') });
    this.refunds = new Refunds(parts);
    this.router = stripeRouter({
      ...parts,
      store,
      checkout: this.checkout,
      refunds: this.refunds,
      faults: this.faults,
      secretKey: account.secretKey,
      webhookSecret,
      nowSeconds: () => clock.nowSeconds(),
      checkoutUrl: () => page('checkout/{ID}'),
    });
    clock.onAdvance(() => this.#onAdvance());
    this.#timer = setInterval(() => this.checkout.timePassed({ bankSettles: false }), EXPIRY_CHECK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #onAdvance(): Promise<void> {
    this.checkout.timePassed({ bankSettles: true });
    void this.events.deliverPending();
  }
}
