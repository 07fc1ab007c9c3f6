import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Db } from '../../src/db/client.ts';
import { insertAttempt } from '../../src/db/payment-attempts.ts';
import { createEventStore } from '../../src/db/payment-events.ts';
import { confirmOrder } from '../../src/flows/confirm-order.ts';
import { handleNextPaymentEvent } from '../../src/flows/handle-payment-event.ts';
import { receivePaymentEvent } from '../../src/flows/receive-payment-event.ts';
import { sendNextRefund } from '../../src/flows/send-refund.ts';
import { startNextCheckout } from '../../src/flows/start-checkout.ts';
import { loadPrompts } from '../../src/prompts.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { createPayments } from '../../src/vendors/stripe.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import { proposeOne } from './proposed-order.ts';
import { silentLog } from './silent-log.ts';
import { silentMeter } from './silent-meter.ts';
import { createTestDatabase } from './test-database.ts';

const SESSION_SECRET = 'a session secret for tests only';
const WEBHOOK_SECRET = 'whsec_for_tests';

/**
 * The shop's money side for a test file: a database of its own, the Stripe stand-in behind the real SDK, the webhook
 * over real HTTP, and the flows. `work()` does what the workers would, until nothing waits; what failed meanwhile waits until the
 * test says it is due, however slow the machine.
 */
export async function openMoneyDesk() {
  const database = await createTestDatabase();
  const { db } = database;
  const webhook = createServer();
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}`;
  const sandbox = await startSandbox({
    publicUrl,
    shop: { name: 'Test', number: '+590590000000', currency: 'EUR', locale: 'fr', timezone: 'America/Guadeloupe' },
    twilio: { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token', from: 'whatsapp:+590590000000' },
    stripe: { secretKey: 'sk_test_x', webhookSecret: WEBHOOK_SECRET },
    webhookRetryDelaysMs: [],
  });
  const payments = createPayments({
    secretKey: 'sk_test_x',
    webhookSecrets: [WEBHOOK_SECRET],
    apiBaseUrl: sandbox.stripeBaseUrl,
    publicUrl,
  });
  const scheduled: { orderId: string; at: Date }[] = [];
  const needs = {
    db,
    storeEvent: createEventStore(database.pool),
    nudge: () => {},
    clock: sandbox.clock,
    log: silentLog,
    meter: silentMeter,
    tracer: untraced,
    texts: loadPrompts().texts,
    payments,
    sessionSecret: SESSION_SECRET,
    sendsMail: true,
    timezone: 'UTC',
    shop: { locale: 'fr' as const },
    checkoutExpiresMinutes: 1435,
    rules: { reminders: [{ delayMinutes: 60 }], remindersSince: null },
    quietHours: null,
    scheduler: {
      remindAt: async (orderId: string, at: Date) => {
        scheduled.push({ orderId, at });
      },
    },
  };
  // What an event does waits for `work()`, so that a test decides the order of things.
  webhook.on('request', async (request, response) => {
    const event = payments.verifyEvent(await buffer(request), String(request.headers['stripe-signature']));
    const stored = event && (await receivePaymentEvent(needs, event).catch((error: unknown) => error));
    response.writeHead(stored === 'stored' || stored === 'duplicate' ? 200 : 500).end();
  });

  async function work(): Promise<void> {
    await sandbox.idle();
    while (
      (await startNextCheckout(needs)) ||
      (await handleNextPaymentEvent(needs)) ||
      (await sendNextRefund(needs)) ||
      (await eventsArrived())
    ) {
      await failuresWaitLonger(db);
    }
  }

  /** Lets webhooks under way arrive; true when one did. */
  async function eventsArrived(): Promise<boolean> {
    await sandbox.idle();
    return (await db.paymentEvent.count({ where: { outcome: 'received', attempts: 0 } })) > 0;
  }

  const desk = {
    ...needs,
    needs,
    database,
    sandbox,
    scheduled,
    work,
    stripe: sandbox.stripe,
    async close() {
      await sandbox.stop();
      await new Promise((resolve) => {
        webhook.close(resolve);
        webhook.closeAllConnections();
      });
      await database.close();
    },
  };
  return desk;
}
export type MoneyDesk = Awaited<ReturnType<typeof openMoneyDesk>>;

/** The first tries again come after seconds: on a busy machine within the same `work()`. */
const failuresWaitLonger = (db: Db) => db.$executeRaw`
  WITH checkouts AS (
    UPDATE payment_attempts SET next_call_at = next_call_at + interval '1 hour' WHERE id IN (
      SELECT id FROM payment_attempts WHERE session_id IS NULL AND last_error IS NOT NULL
        AND next_call_at BETWEEN now() AND now() + interval '1 minute' FOR UPDATE SKIP LOCKED)),
  refunds_of AS (
    UPDATE refunds SET next_call_at = next_call_at + interval '1 hour' WHERE id IN (
      SELECT id FROM refunds WHERE status = 'requested' AND last_error IS NOT NULL
        AND next_call_at BETWEEN now() AND now() + interval '1 minute' FOR UPDATE SKIP LOCKED))
  UPDATE payment_events SET next_attempt_at = next_attempt_at + interval '1 hour' WHERE id IN (
    SELECT id FROM payment_events WHERE outcome = 'received' AND last_error IS NOT NULL
      AND next_attempt_at BETWEEN now() AND now() + interval '1 minute' FOR UPDATE SKIP LOCKED)`;

/** Lets the next UTC day be an hour old, so that the minutes of a test carry it over no midnight. Before any order. */
export async function beginDay({ clock, sandbox }: MoneyDesk): Promise<void> {
  const now = clock.now();
  await sandbox.clock.advance(25 * 60 - (now.getUTCHours() * 60 + now.getUTCMinutes()));
}

/** An order whose payment link has been made, waiting for its customer. */
export async function placeOrder(desk: MoneyDesk, options: Parameters<typeof proposeOne>[1] = {}) {
  const proposed = await proposeOne(desk, options);
  const result = await confirmOrder(desk.needs, proposed);
  if (result.kind !== 'ordered') throw new Error(`expected an order, got ${result.kind}`);
  await desk.work();
  const attempt = await desk.db.paymentAttempt.findFirstOrThrow({ where: { orderId: result.orderId } });
  return {
    ...proposed,
    orderId: result.orderId,
    orderNumber: result.orderNumber,
    attemptId: attempt.id,
    sessionId: attempt.sessionId as string,
  };
}

/** An order whose payment link Stripe refused to make. */
export async function givenUpOrder(desk: MoneyDesk) {
  const proposed = await proposeOne(desk);
  const result = await confirmOrder(desk.needs, proposed);
  if (result.kind !== 'ordered') throw new Error(`expected an order, got ${result.kind}`);
  desk.stripe.faults.add({ method: 'POST', path: /checkout\/sessions$/, kind: 'status', status: 400 });
  await desk.work();
  return { ...proposed, orderId: result.orderId, orderNumber: result.orderNumber };
}

/** An order that was paid by card, told and settled. */
export async function paidOrder(desk: MoneyDesk, options: Parameters<typeof placeOrder>[1] = {}) {
  const order = await placeOrder(desk, options);
  desk.stripe.checkout.pay(order.sessionId);
  await desk.work();
  const payment = await desk.db.payment.findUniqueOrThrow({ where: { attemptId: order.attemptId } });
  const paymentIntentId = payment.paymentIntentId as string;
  const chargeId = desk.stripe.ledger.intent(paymentIntentId).latest_charge as string;
  return { ...order, paymentId: payment.id, paymentIntentId, chargeId };
}

/** An order that was paid, and nobody heard of it: nothing that Stripe tells from now on arrives. */
export async function paidUnheard(desk: MoneyDesk) {
  const order = await placeOrder(desk);
  desk.stripe.events.lose();
  desk.stripe.checkout.pay(order.sessionId);
  const intent = desk.stripe.checkout.intent(order.sessionId);
  return { ...order, paymentIntentId: intent?.id as string, chargeId: intent?.latest_charge as string };
}

/** Somebody at the counter. */
export async function addStaff(desk: MoneyDesk, { id, name }: { id: string; name: string }) {
  const staff = { id, name, email: `${id}@shop.example`, role: 'manager' as const };
  const at = desk.clock.now();
  const create = { ...staff, createdAt: at, updatedAt: at };
  await desk.db.staffMember.upsert({ where: { id }, create, update: {} });
  return staff;
}

/** A further Checkout Session for an order whose earlier attempt is over, as a shop that offers to pay again makes it. */
export async function anotherAttempt(desk: MoneyDesk, { orderId }: { orderId: string }) {
  const { db, clock, payments } = desk;
  const order = await db.order.findUniqueOrThrow({ where: { id: orderId }, include: { items: true } });
  const expiresAt = new Date(clock.now().getTime() + 12 * 3600_000);
  const { number: orderNumber, customerId, currency, totalMinor: amountMinor } = order;
  const lines = order.items;
  const id = randomUUID();
  const names = { orderId, attemptId: id, orderNumber, customerId };
  const request = { ...names, lines, currency, locale: 'fr' as const, expiresAt, email: null };
  const facts = { orderId, params: payments.checkoutParams(request), amountMinor, currency, expiresAt };
  await insertAttempt(db, { ...facts, id, createdAt: clock.now() });
  await desk.work();
  const { sessionId } = await db.paymentAttempt.findUniqueOrThrow({ where: { id } });
  return { attemptId: id, sessionId: sessionId as string };
}

/** Everything a test asks about an order at once. */
export async function stateOf({ db }: Pick<MoneyDesk, 'db'>, orderId: string) {
  const order = await db.order.findUniqueOrThrow({
    where: { id: orderId },
    include: {
      attempts: true,
      outboundMessages: { orderBy: { seq: 'asc' } },
      items: { include: { product: { include: { stockLevels: true } } } },
    },
  });
  const level = order.items[0]?.product.stockLevels[0];
  return {
    order: order.status,
    attempts: order.attempts.map((attempt) => attempt.status),
    onHand: level?.onHand,
    reserved: level?.reserved,
    told: order.outboundMessages.map((message) => message.businessKey.split(':')[0]),
  };
}

/** Stock as the ledger of movements has it: must equal the levels at every moment. */
export async function ledgerDifferences({ db }: Pick<MoneyDesk, 'db'>) {
  return db.$queryRaw<unknown[]>`
    SELECT l.id, l.on_hand, l.reserved, sum(m.on_hand_delta) AS on_hand_ledger, sum(m.reserved_delta) AS reserved_ledger
    FROM stock_levels l LEFT JOIN stock_movements m ON m.stock_level_id = l.id
    GROUP BY l.id HAVING l.on_hand <> COALESCE(sum(m.on_hand_delta), 0) OR l.reserved <> COALESCE(sum(m.reserved_delta), 0)`;
}
