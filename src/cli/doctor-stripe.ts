import type { Config, StripeConfig } from '../config.ts';
import { fetchStripeMode, fetchWebhookState } from '../vendors/stripe-webhooks.ts';
import { examine, type Finding, isReached, simulated, unreachedStep } from './doctor-finding.ts';

const MISSED = {
  some_events: 'Stripe tells this shop only some of what happens',
  nothing: 'Stripe tells this shop of no payment',
};

/** Asks nothing where Stripe could not post to anyway. */
export async function lookAtWebhook(
  stripe: StripeConfig,
  publicUrl: string,
  url: string,
): Promise<Omit<Finding, 'what'>> {
  if (!isReached(stripe, publicUrl)) {
    return { state: 'warning', detail: 'none come', steps: [unreachedStep('Stripe', publicUrl)] };
  }
  const state = await fetchWebhookState(stripe, url);
  if (state === 'all_events') return { state: 'ok', detail: `posted to ${url}` };
  return { state: 'warning', detail: MISSED[state], steps: [`${MISSED[state]}: npm run stripe:setup`] };
}

/** Whether Stripe takes the key, and whether it tells the shop of payments. A restricted key may not be let see the latter. */
export function examineStripe({ stripe, publicUrl }: Pick<Config, 'stripe' | 'publicUrl'>): Promise<Finding>[] {
  if (!stripe) return [simulated('Stripe', 'STRIPE_SECRET_KEY is not set')];
  const url = `${publicUrl}/webhook/stripe`;
  return [
    examine(
      'Stripe',
      async () => `${await fetchStripeMode(stripe)}, ${stripe.webhookSecrets.length} webhook secret(s)`,
    ),
    examine('Stripe events', () => lookAtWebhook(stripe, publicUrl, url), {
      elsewhere: `see in Stripe's dashboard, Developers > Webhooks, that it posts to ${url}`,
    }),
  ];
}
