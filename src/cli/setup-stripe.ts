import { ConfigError } from '../config.ts';
import { HANDLED_STRIPE_EVENTS } from '../domain/stripe-events.ts';
import { setUpWebhook } from '../vendors/stripe-webhooks.ts';
import { complain, runCommand, say } from './command.ts';

const USAGE = `npm run stripe:setup
  Makes the Stripe account's webhook endpoint at PUBLIC_URL/webhook/stripe listen to exactly the events handled. Prints the
  signing secret when it creates the endpoint. Safe to repeat.`;

await runCommand(USAGE, async ({ stripe, publicUrl }) => {
  if (!stripe)
    throw new ConfigError(['STRIPE_SECRET_KEY is missing: copy it from the Stripe dashboard, Developers > API keys']);
  if (!stripe.apiBaseUrl && !publicUrl.startsWith('https:')) {
    throw new ConfigError(['PUBLIC_URL must be an https address that Stripe can reach']);
  }
  const url = `${publicUrl}/webhook/stripe`;
  const done = await setUpWebhook(stripe, url);
  say(`Webhook endpoint ${done.endpointId} (${url}): ${done.kind}, ${HANDLED_STRIPE_EVENTS.length} events.`);
  if (done.kind === 'created') {
    say('Put this into the environment now, Stripe does not show it here again:');
    say(`STRIPE_WEBHOOK_SECRET=${done.signingSecret}`);
    say('Then start the shop, again if it runs: "npm run doctor" tells what else is left to do.');
  }
  if (done.othersAtUrl.length > 0) {
    complain(
      `Stripe posts every event to this address once more for ${done.othersAtUrl.join(', ')}: delete all but the endpoint whose signing secret is STRIPE_WEBHOOK_SECRET, in the Stripe dashboard.`,
    );
    return 1;
  }
  if (done.kind !== 'created' && stripe.webhookSecrets.length === 0) {
    complain('STRIPE_WEBHOOK_SECRET is missing: copy it from this endpoint in the Stripe dashboard.');
    return 1;
  }
  return 0;
});
