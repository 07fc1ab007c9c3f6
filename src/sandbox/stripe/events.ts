import Stripe from 'stripe';
import type { SandboxClock } from '../clock.ts';
import type { Deliveries, DeliveryOutcome } from '../deliveries.ts';
import { vendorId } from '../ids.ts';
import type { Collection, SandboxStore } from '../store.ts';
import { API_VERSION } from './resources.ts';

export type StripeEvent = {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: object; previous_attributes?: object };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
};
/** `lost`: never delivered, unless somebody asks for just this one. */
export type StoredEvent = { event: StripeEvent; outcome: DeliveryOutcome | null; lost?: true };

type Needs = { store: SandboxStore; clock: SandboxClock; deliveries: Deliveries; webhookSecret: string };

/** Makes Stripe's events, posts them to the app's webhook and remembers what came of it. */
export class StripeEvents {
  readonly #needs: Needs;
  readonly #events: Collection<StoredEvent>;
  readonly #underWay = new Set<string>();
  #mode: 'deliver' | 'hold' | 'lose' = 'deliver';

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#events = needs.store.collection('stripe_events');
  }

  /** Records the event with the object as it is now, and delivers it in the background. */
  emit(type: string, object: object, previous?: object): StripeEvent {
    const event: StripeEvent = {
      id: vendorId('evt'),
      object: 'event',
      api_version: API_VERSION,
      created: this.#needs.clock.nowSeconds(),
      data: { object: structuredClone(object), ...(previous && { previous_attributes: previous }) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    };
    this.#events.put(event.id, { event, outcome: null, ...(this.#mode === 'lose' && { lost: true }) });
    if (this.#mode === 'deliver') void this.deliver(event.id);
    return event;
  }

  /** Posts an event (again). Stripe does so too: the app must take every event any number of times. */
  async deliver(eventId: string): Promise<DeliveryOutcome> {
    const { deliveries, webhookSecret } = this.#needs;
    const event = this.event(eventId);
    if (!event) throw new Error(`no event ${eventId}`);
    const body = JSON.stringify(event, null, 2);
    this.#underWay.add(eventId);
    const outcome = await deliveries.post(`${deliveries.publicUrl}/webhook/stripe`, () => ({
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': signatureOf(body, webhookSecret),
      },
      body,
    }));
    this.#underWay.delete(eventId);
    const known = this.#events.get(eventId);
    if (known && known.outcome?.delivered !== true) {
      this.#events.put(eventId, {
        ...known,
        event: { ...known.event, pending_webhooks: outcome.delivered ? 0 : 1 },
        outcome,
      });
    }
    return outcome;
  }

  /** From now on events are made and kept back until `release`, as when webhooks are late. */
  hold(): void {
    this.#mode = 'hold';
  }

  /**
   * From now on until `release` events are made and never delivered, not even later, as when the app was down for longer
   * than Stripe tries. The Events API lists them.
   */
  lose(): void {
    this.#mode = 'lose';
  }

  /** Delivers again, beginning with what was held. */
  async release(): Promise<void> {
    this.#mode = 'deliver';
    await this.deliverPending();
  }

  /** Posts once more whatever never got a 2xx, as Stripe does for three days. */
  async deliverPending(): Promise<void> {
    if (this.#mode !== 'deliver') return;
    const pending = this.#events.all().filter(({ outcome, lost }) => !lost && outcome?.delivered !== true);
    for (const { event } of pending) if (!this.#underWay.has(event.id)) await this.deliver(event.id);
  }

  event(id: string): StripeEvent | undefined {
    return this.#events.get(id)?.event;
  }

  isDelivered(id: string): boolean {
    return this.#events.get(id)?.outcome?.delivered === true;
  }

  /** Newest first. */
  all(): StripeEvent[] {
    return this.#events
      .all()
      .map(({ event }) => event)
      .reverse();
  }
}

/** A Stripe-Signature over the body. Its time is the real one, which the app's SDK compares with the real clock. */
export function signatureOf(payload: string, secret: string): string {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(Date.now() / 1000) });
}
