import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { requestRefund } from '../../src/db/refunds.ts';
import { verifyDatabase } from '../../src/db/verify.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { buysFourTyres, customerOf, type TestCustomer } from '../support/customer.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { type RunningShop, SHOP_CONNECTIONS, startRunningShop } from '../support/running-shop.ts';
import { until } from '../support/until.ts';

// kill -9 of the built processes, held at one step of a payment after the other: at Stripe by a stand-in that does not
// answer, in the database by a lock. Started again, nothing is lost and nothing happened twice.

let shop: RunningShop;
let mailServer: MailServer;
beforeAll(async () => {
  mailServer = await startMailServer();
  shop = await startRunningShop({ env: { SMTP_URL: mailServer.url, MAIL_FROM: 'boutique@shop.example' } });
}, 60_000);
afterEach(async () => {
  expect(await verifyDatabase(shop.db)).toMatchObject({ broken: [] });
}, 60_000);
afterAll(async () => {
  await shop.close();
  await mailServer.close();
}, 60_000);

let buyers = 0;
async function buyerWithLink() {
  const customer = customerOf(shop.sandbox, `Camille${++buyers} Martin`);
  const bought = await buysFourTyres(customer);
  const { id: orderId } = await shop.db.order.findUniqueOrThrow({ where: { number: bought.orderNumber } });
  return { customer, orderId, ...bought };
}
type Buyer = Awaited<ReturnType<typeof buyerWithLink>>;

const SESSIONS = /^\/v1\/checkout\/sessions/;
const hangsOnce = (fault: Pick<Fault, 'method' | 'path' | 'kind'>): Fault => ({ ...fault, times: 1 });

/** Kills the worker where it stands and starts another when the dead one's claims have run out. */
async function killWorker(): Promise<void> {
  await shop.worker.stop('SIGKILL');
  shop.sandbox.stripe.faults.clear();
  shop.sandbox.twilio.faults.clear();
  await shop.leasesRunOut();
  await shop.startAgain('worker');
}

/** Holds rows that the shop wants next; `waiters` counts the shop's statements that wait for a lock. */
async function holdRows(sql: string, values: unknown[]) {
  const holder = new pg.Client({ connectionString: shop.database.url });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query(sql, values);
  const waiters = async () => {
    const { rows } = await shop.database.pool.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE application_name = $1 AND datname = current_database() AND wait_event_type = 'Lock'`,
      [SHOP_CONNECTIONS],
    );
    return rows[0].n as number;
  };
  return {
    waiters,
    async letGo() {
      await holder.query('ROLLBACK');
      await holder.end();
    },
    /** Ends the statements that wait: PostgreSQL would carry out a dead process's last one once the rows are free. */
    async dropWaiters() {
      await shop.database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = $1 AND datname = current_database() AND wait_event_type = 'Lock'`,
        [SHOP_CONNECTIONS],
      );
      await until('nobody waits', async () => (await waiters()) === 0);
    },
  };
}

const thanksOf = (customer: TestCustomer) =>
  customer.fromShop().filter((message) => message.kind === 'media' && message.body.includes('Merci'));

async function expectPaidOnce({ customer, orderId, sessionId }: Buyer): Promise<void> {
  await until('the customer is thanked', () => thanksOf(customer).length > 0);
  await until('nothing waits', async () => {
    await shop.sandbox.idle();
    const waiting = await Promise.all([
      shop.db.paymentEvent.count({ where: { outcome: 'received' } }),
      shop.db.outboundMessage.count({ where: { status: { in: ['queued', 'sending'] } } }),
    ]);
    return waiting.every((count) => count === 0);
  });
  expect(thanksOf(customer)).toHaveLength(1);
  const order = await shop.db.order.findUniqueOrThrow({
    where: { id: orderId },
    include: {
      attempts: { include: { payment: true } },
      items: { include: { reservations: { include: { movements: true } } } },
    },
  });
  expect(order).toMatchObject({
    status: 'confirmed',
    attempts: [{ sessionId, status: 'PAID', payment: { amountMinor: order.totalMinor } }],
  });
  const movements = order.items.flatMap(({ reservations }) =>
    reservations.flatMap((reservation) => reservation.movements),
  );
  expect(movements.map(({ kind }) => kind).sort()).toEqual(['consumed', 'reserved']);
}

test('killed when the session was made at Stripe and nobody had heard of it: the same session is found again', async () => {
  const customer = customerOf(shop.sandbox, `Camille${++buyers} Martin`);
  shop.sandbox.stripe.faults.add(hangsOnce({ method: 'POST', path: SESSIONS, kind: 'hang_after' }));
  const link = buysFourTyres(customer);
  const made = () => shop.sandbox.stripe.ledger.sessions.all().length;
  const before = made();
  await until('the session is made', () => made() > before);
  await killWorker();
  const { sessionId, orderNumber } = await link;
  expect(made()).toBe(before + 1);
  shop.sandbox.stripe.checkout.pay(sessionId);
  const { id: orderId } = await shop.db.order.findUniqueOrThrow({ where: { number: orderNumber } });
  await expectPaidOnce({ customer, orderId, sessionId, orderNumber });
}, 60_000);

test('stored: killed after Stripe had its 200 and before Stripe was asked', async () => {
  const buyer = await buyerWithLink();
  shop.sandbox.stripe.faults.add({ method: 'GET', path: SESSIONS, kind: 'hang', times: 5 });
  shop.sandbox.stripe.checkout.pay(buyer.sessionId);
  await shop.sandbox.idle();
  const claimed = () => shop.db.paymentEvent.count({ where: { outcome: 'received', claimedUntil: { not: null } } });
  await until('the worker holds the events', claimed);
  // The web dies as well: what it acknowledged is in the database.
  await shop.web.stop('SIGKILL');
  await shop.startAgain('web');
  await killWorker();
  await expectPaidOnce(buyer);
}, 60_000);

test('re-fetched: killed with Stripe’s answer in hand, waiting for the order', async () => {
  const buyer = await buyerWithLink();
  const held = await holdRows('SELECT 1 FROM orders WHERE id = $1 FOR UPDATE', [buyer.orderId]);
  shop.sandbox.stripe.checkout.pay(buyer.sessionId);
  await until('the settlement waits for the order', held.waiters);
  await shop.worker.stop('SIGKILL');
  await held.dropWaiters();
  await held.letGo();
  expect(await shop.db.order.findUniqueOrThrow({ where: { id: buyer.orderId } })).toMatchObject({
    status: 'pending_payment',
  });
  await killWorker();
  await expectPaidOnce(buyer);
}, 60_000);

test('committed: killed when the order was confirmed, its event not closed and its thank-you not sent', async () => {
  const buyer = await buyerWithLink();
  shop.sandbox.twilio.faults.add({ method: 'POST', path: /Messages\.json$/, kind: 'hang', times: 5 });
  const order = await holdRows('SELECT 1 FROM orders WHERE id = $1 FOR UPDATE', [buyer.orderId]);
  shop.sandbox.stripe.checkout.pay(buyer.sessionId);
  await until('the settlement waits for the order', order.waiters);
  const events = await holdRows(`SELECT 1 FROM payment_events WHERE outcome = 'received' FOR UPDATE`, []);
  await order.letGo();
  const isConfirmed = async () =>
    (await shop.db.order.findUniqueOrThrow({ where: { id: buyer.orderId } })).status === 'confirmed';
  await until('the order is confirmed', isConfirmed);
  await until('its event waits to be closed', events.waiters);
  await shop.worker.stop('SIGKILL');
  await events.dropWaiters();
  await events.letGo();
  expect(thanksOf(buyer.customer)).toEqual([]);
  expect(await shop.db.paymentEvent.count({ where: { outcome: 'received' } })).toBeGreaterThan(0);
  await killWorker();
  await expectPaidOnce(buyer);
}, 60_000);

test('sent: killed when Twilio had the thank-you and nobody had heard of it', async () => {
  const buyer = await buyerWithLink();
  shop.sandbox.twilio.faults.add(hangsOnce({ method: 'POST', path: /Messages\.json$/, kind: 'hang_after' }));
  shop.sandbox.stripe.checkout.pay(buyer.sessionId);
  await until('the thank-you is on the phone', () => thanksOf(buyer.customer).length > 0);
  await killWorker();
  await expectPaidOnce(buyer);
}, 60_000);

test('mailed: killed when the mail server had the confirmation and nobody had heard of it: the same mail again', async () => {
  const buyer = await buyerWithLink();
  mailServer.behaves({ hang: 'after_data' });
  shop.sandbox.stripe.checkout.pay(buyer.sessionId, { email: 'camille@example.org' });
  await until('the mail server has it', () => mailServer.mails.length > 0);
  await expectPaidOnce(buyer);
  expect(thanksOf(buyer.customer)[0]?.body).toContain('camille@example.org');
  await shop.worker.stop('SIGKILL');
  mailServer.behaves({});
  await killWorker();
  const rowOf = () => shop.db.notification.findUniqueOrThrow({ where: { businessKey: `receipt:${buyer.orderId}` } });
  await until('it is sent', async () => (await rowOf()).status === 'sent');
  const { id } = await rowOf();
  expect(mailServer.mails.map(({ headers }) => headers['message-id'])).toEqual(Array(2).fill(`<${id}@shop.example>`));
  expect(mailServer.mails.map(({ recipients }) => recipients)).toEqual(Array(2).fill(['camille@example.org']));
  expect(mailServer.mails[1]?.text).toContain(buyer.orderNumber);
}, 60_000);

test('refunded: killed when Stripe had sent the money back and nobody had heard of it', async () => {
  const buyer = await buyerWithLink();
  shop.sandbox.stripe.checkout.pay(buyer.sessionId);
  await expectPaidOnce(buyer);
  const payment = await shop.db.payment.findFirstOrThrow({ where: { attempt: { orderId: buyer.orderId } } });
  const { id: paymentId, amountMinor, currency, paymentIntentId } = payment;
  // Nor does the webhook tell it.
  shop.sandbox.stripe.events.hold();
  shop.sandbox.stripe.faults.add(hangsOnce({ method: 'POST', path: /^\/v1\/refunds/, kind: 'hang_after' }));
  await shop.db.$transaction((tx) =>
    requestRefund(tx, {
      idempotencyKey: `refund:${buyer.orderId}:1`,
      ...{ paymentId, amountMinor, currency, reason: 'requested_by_customer', requestedBy: 'system' },
      createdAt: new Date(),
    }),
  );
  const sentBack = () =>
    shop.sandbox.stripe.ledger.refunds.all().filter((refund) => refund.payment_intent === paymentIntentId);
  await until('Stripe has sent the money back', () => sentBack().length > 0);
  await killWorker();
  await until('the order is refunded', async () => {
    const order = await shop.db.order.findUniqueOrThrow({ where: { id: buyer.orderId } });
    return order.status === 'refunded';
  });
  await shop.sandbox.stripe.events.release();
  await buyer.customer.hearsText(/remboursé/);
  expect(sentBack()).toHaveLength(1);
  expect(await shop.db.refund.findMany({ where: { paymentId } })).toMatchObject([{ status: 'succeeded', amountMinor }]);
}, 60_000);
