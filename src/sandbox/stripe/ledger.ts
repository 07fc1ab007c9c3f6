import type Stripe from 'stripe';
import type { Collection, SandboxStore } from '../store.ts';
import { noSuch } from './errors.ts';
import type { StoredSession } from './session-object.ts';

/** Everything the Stripe stand-in keeps, and how one object is found and expanded inside another. */
export class Ledger {
  readonly sessions: Collection<StoredSession>;
  readonly intents: Collection<Stripe.PaymentIntent>;
  readonly charges: Collection<Stripe.Charge>;
  readonly refunds: Collection<Stripe.Refund>;
  readonly disputes: Collection<Stripe.Dispute>;
  readonly fraudWarnings: Collection<Stripe.Radar.EarlyFraudWarning>;
  readonly webhookEndpoints: Collection<Stripe.WebhookEndpoint>;

  constructor(store: SandboxStore) {
    this.sessions = store.collection('stripe_sessions');
    this.intents = store.collection('stripe_intents');
    this.charges = store.collection('stripe_charges');
    this.refunds = store.collection('stripe_refunds');
    this.disputes = store.collection('stripe_disputes');
    this.fraudWarnings = store.collection('stripe_fraud_warnings');
    this.webhookEndpoints = store.collection('stripe_webhook_endpoints');
  }

  session(id: string): StoredSession {
    const stored = this.sessions.get(id);
    if (!stored) throw noSuch('checkout.session', id, 'session');
    return stored;
  }

  intent(id: string): Stripe.PaymentIntent {
    const intent = this.intents.get(id);
    if (!intent) throw noSuch('payment_intent', id, 'intent');
    return intent;
  }

  charge(id: string): Stripe.Charge {
    const charge = this.charges.get(id);
    if (!charge) throw noSuch('charge', id, 'charge');
    return charge;
  }

  refund(id: string): Stripe.Refund {
    const refund = this.refunds.get(id);
    if (!refund) throw noSuch('refund', id, 'refund');
    return refund;
  }

  dispute(id: string): Stripe.Dispute {
    const dispute = this.disputes.get(id);
    if (!dispute) throw noSuch('dispute', id, 'dispute');
    return dispute;
  }

  fraudWarning(id: string): Stripe.Radar.EarlyFraudWarning {
    const warning = this.fraudWarnings.get(id);
    if (!warning) throw noSuch('early_fraud_warning', id, 'early_fraud_warning');
    return warning;
  }

  refundsOf(chargeId: string): Stripe.Refund[] {
    return this.refunds.all().filter((refund) => refund.charge === chargeId);
  }

  disputesOf(chargeId: string): Stripe.Dispute[] {
    return this.disputes.all().filter((dispute) => dispute.charge === chargeId);
  }

  /** A copy of the object with the asked paths (`payment_intent.latest_charge`) filled in; unknown paths are left. */
  expand(object: object, paths: string[]): Record<string, unknown> {
    const copy = structuredClone(object) as Record<string, unknown>;
    for (const path of paths) this.#expandPath(copy, path.split('.'));
    return copy;
  }

  #expandPath(object: Record<string, unknown>, [key, ...rest]: string[]): void {
    if (key === undefined) return;
    if (object[key] === undefined) object[key] = this.#includable(object, key);
    if (typeof object[key] === 'string') object[key] = this.#byId(object[key]) ?? object[key];
    const inner = object[key];
    for (const one of Array.isArray(inner) ? inner : [inner]) {
      if (typeof one === 'object' && one !== null) this.#expandPath(one as Record<string, unknown>, rest);
    }
  }

  /** Lists that Stripe leaves out unless they are asked for. */
  #includable(object: Record<string, unknown>, key: string): unknown {
    const id = String(object.id);
    if (object.object === 'checkout.session' && key === 'line_items') {
      return list(this.session(id).lineItems, `/v1/checkout/sessions/${id}/line_items`);
    }
    if (object.object === 'charge' && key === 'refunds') return list(this.refundsOf(id), `/v1/charges/${id}/refunds`);
    return undefined;
  }

  #byId(id: string): object | undefined {
    const found =
      this.intents.get(id) ?? this.charges.get(id) ?? this.refunds.get(id) ?? this.sessions.get(id)?.session;
    return found && structuredClone(found);
  }
}

export function list<T>(data: T[], url: string, hasMore = false): object {
  return { object: 'list', data: structuredClone(data), has_more: hasMore, url };
}
