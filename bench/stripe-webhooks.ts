// Signed Stripe webhooks, each another event: `npm run bench:stripe-webhooks`.
import { createHmac } from 'node:crypto';
import { compareRoutes } from './compare-routes.ts';
import { WEBHOOK_SECRET } from './shop-under-load.ts';
import { completedEvent } from './stripe-event.ts';

const result = await compareRoutes({
  path: '/webhook/stripe',
  tables: { ours: 'payment_events', bare: 'bare_events' },
  post(_url, run, n) {
    const body = completedEvent(`evt_${run}_${n}`);
    const at = Math.floor(Date.now() / 1000);
    const v1 = createHmac('sha256', WEBHOOK_SECRET).update(`${at}.${body}`).digest('hex');
    const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${at},v1=${v1}` };
    return { body, headers };
  },
});
process.stdout.write(`${result}\n`);
