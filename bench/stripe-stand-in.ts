// Answers what settling asks of Stripe, as quickly as can be: every session that is asked for is complete and paid.
import { createServer } from 'node:http';
import { PRICE_MINOR } from './shop-history.ts';
import { completedEvent } from './stripe-event.ts';

const session = JSON.parse(completedEvent('evt_1')).data.object;
const uuid = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

function paidSession(id: string): object {
  const hex = id.slice('cs_test_'.length);
  const [orderId, attemptId] = [uuid(hex.slice(0, 32)), uuid(hex.slice(32))];
  const created = Math.floor(Date.now() / 1000);
  const charge = { id: `ch_${hex.slice(32)}`, object: 'charge', paid: true, created, receipt_url: null };
  const intent = { id: `pi_${hex.slice(32)}`, object: 'payment_intent', latest_charge: charge, receipt_email: null };
  return {
    ...session,
    ...{ id, amount_total: PRICE_MINOR, metadata: { orderId, attemptId }, payment_intent: intent },
    ...{ customer_details: null, customer_email: null },
  };
}

const server = createServer((request, response) => {
  const id = /\/v1\/checkout\/sessions\/(cs_test_\w+)/.exec(request.url ?? '')?.[1];
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(id ? paidSession(id) : { status: 'ok' }));
}).listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
