// Signed Stripe webhooks, each another event: `npm run bench:stripe-webhooks`.
import { compareRoutes } from './compare-routes.ts';
import { signedEvent } from './stripe-event.ts';

const result = await compareRoutes({
  path: '/webhook/stripe',
  tables: { ours: 'payment_events', bare: 'bare_events' },
  post: (_url, run, n) => signedEvent(`evt_${run}_${n}`),
});
process.stdout.write(`${result}\n`);
