import Stripe from 'stripe';
import { HANDLED_STRIPE_EVENTS } from '../domain/stripe-events.ts';
import { callStripe, openStripe, type StripeSettings } from './stripe-client.ts';

export type WebhookSetup = {
  endpointId: string;
  /** Further enabled endpoints at the same address: each brings every event once more, under a secret of its own. */
  othersAtUrl: string[];
} & ({ kind: 'created' /** Told by Stripe this once. */; signingSecret: string } | { kind: 'updated' | 'unchanged' });

const isEnabled = ({ status }: Stripe.WebhookEndpoint) => status === 'enabled';
const listensToAll = ({ enabled_events: events }: Stripe.WebhookEndpoint) =>
  events.includes('*') || HANDLED_STRIPE_EVENTS.every((event) => events.includes(event));

/** The account's endpoints at `url`, those first that are enabled. */
async function endpointsAt(stripe: Stripe, url: string): Promise<Stripe.WebhookEndpoint[]> {
  const endpoints = await callStripe(() =>
    stripe.webhookEndpoints.list({ limit: 100 }).autoPagingToArray({ limit: 500 }),
  );
  const ours = endpoints.filter((endpoint) => endpoint.url === url);
  return [...ours.filter(isEnabled), ...ours.filter((endpoint) => !isEnabled(endpoint))];
}

/** Makes the account's webhook endpoint at `url` listen to exactly the events handled; safe to repeat. */
export async function setUpWebhook(settings: StripeSettings, url: string): Promise<WebhookSetup> {
  const stripe = openStripe(settings);
  const [existing, ...others] = await endpointsAt(stripe, url);
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
    return { kind: 'created', endpointId: created.id, signingSecret: created.secret ?? '', othersAtUrl: [] };
  }
  const found = { endpointId: existing.id, othersAtUrl: others.filter(isEnabled).map(({ id }) => id) };
  const isSame = isEnabled(existing) && [...existing.enabled_events].sort().join() === [...enabledEvents].sort().join();
  if (isSame) return { kind: 'unchanged', ...found };
  await callStripe(() =>
    stripe.webhookEndpoints.update(existing.id, { enabled_events: enabledEvents, disabled: false }),
  );
  return { kind: 'updated', ...found };
}

/** What Stripe would post to `url`, for the doctor. Throws where the key may not see it (a restricted one). */
export async function fetchWebhookState(
  settings: StripeSettings,
  url: string,
): Promise<'all_events' | 'some_events' | 'nothing'> {
  const enabled = (await endpointsAt(openStripe(settings), url)).filter(isEnabled);
  if (enabled.some(listensToAll)) return 'all_events';
  return enabled.length > 0 ? 'some_events' : 'nothing';
}

/** "test mode" or "live mode", after Stripe accepted the key; for the doctor. */
export async function fetchStripeMode(settings: StripeSettings): Promise<string> {
  const stripe = openStripe(settings);
  const balance = await callStripe(() => stripe.balance.retrieve());
  return balance.livemode ? 'live mode' : 'test mode';
}
