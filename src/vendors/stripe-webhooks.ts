import Stripe from 'stripe';
import { HANDLED_STRIPE_EVENTS } from '../domain/stripe-events.ts';
import { callStripe, openStripe, type StripeSettings } from './stripe-client.ts';

export type WebhookSetup =
  /** The signing secret is told by Stripe this once. */
  | { kind: 'created'; endpointId: string; signingSecret: string }
  | { kind: 'updated' | 'unchanged'; endpointId: string };

/** Makes the account's webhook endpoint at `url` listen to exactly the events handled; safe to repeat. */
export async function setUpWebhook(settings: StripeSettings, url: string): Promise<WebhookSetup> {
  const stripe = openStripe(settings);
  const endpoints = await callStripe(() =>
    stripe.webhookEndpoints.list({ limit: 100 }).autoPagingToArray({ limit: 500 }),
  );
  const existing = endpoints.find((endpoint) => endpoint.url === url);
  const enabledEvents = [...HANDLED_STRIPE_EVENTS];
  if (!existing) {
    const created = await callStripe(() =>
      stripe.webhookEndpoints.create({
        url,
        enabled_events: enabledEvents,
        // Payloads in the version this SDK reads, whatever the account's default is.
        api_version: Stripe.API_VERSION as Stripe.WebhookEndpointCreateParams.ApiVersion,
        description: 'Comptoir',
      }),
    );
    return { kind: 'created', endpointId: created.id, signingSecret: created.secret ?? '' };
  }
  const isSame =
    existing.status === 'enabled' && [...existing.enabled_events].sort().join() === [...enabledEvents].sort().join();
  if (isSame) return { kind: 'unchanged', endpointId: existing.id };
  await callStripe(() =>
    stripe.webhookEndpoints.update(existing.id, { enabled_events: enabledEvents, disabled: false }),
  );
  return { kind: 'updated', endpointId: existing.id };
}

/** "test mode" or "live mode", after Stripe accepted the key; for the doctor. */
export async function fetchStripeMode(settings: StripeSettings): Promise<string> {
  const stripe = openStripe(settings);
  const balance = await callStripe(() => stripe.balance.retrieve());
  return balance.livemode ? 'live mode' : 'test mode';
}
