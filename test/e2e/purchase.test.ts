import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SWEEP_NAMES } from '../../src/domain/sweep.ts';
import { addColumnToEveryTable } from '../support/added-columns.ts';
import { staffAt } from '../support/browserless-staff.ts';
import { buysFourTyres, customerOf } from '../support/customer.ts';
import { decodeQr } from '../support/qr-reader.ts';
import { CRON_SECRET, type RunningShop, startRunningShop } from '../support/running-shop.ts';
import { schemaShape } from '../support/schema-shape.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

let shop: RunningShop;
beforeAll(async () => {
  shop = await startRunningShop();
}, 60_000);
afterAll(() => shop.close(), 60_000);

async function stockOf(orderNumber: string) {
  const order = await shop.db.order.findUniqueOrThrow({
    where: { number: orderNumber },
    include: { items: { include: { reservations: { include: { stockLevel: true } } } } },
  });
  const [reservation] = order.items.flatMap((item) => item.reservations);
  return { status: order.status, onHand: reservation?.stockLevel.onHand, reserved: reservation?.stockLevel.reserved };
}

test('a customer buys, pays, gets a QR code and collects; the second scan says when and by whom', async () => {
  const customer = customerOf(shop.sandbox, 'Camille Martin');
  const { sessionId, orderNumber } = await buysFourTyres(customer);
  const before = await stockOf(orderNumber);
  expect(before).toMatchObject({ status: 'pending_payment', reserved: 4 });

  shop.sandbox.stripe.checkout.pay(sessionId);
  const thanks = await customer.hears(
    'the thank-you',
    (message) => message.kind === 'media' && message.body.includes(orderNumber),
  );
  expect(thanks.body).toContain('Merci, Camille');
  const picture = shop.sandbox.twilio.media(thanks.id);
  const pickupUrl = picture && decodeQr(Buffer.from(picture.base64, 'base64'));
  expect(pickupUrl).toMatch(new RegExp(`^${shop.publicUrl}/pickup/[A-Za-z0-9_-]{43}$`));
  expect(await stockOf(orderNumber)).toMatchObject({
    status: 'confirmed',
    onHand: Number(before.onHand) - 4,
    reserved: 0,
  });

  const staff = staffAt(shop.publicUrl);
  const stranger = await staff.request(new URL(pickupUrl as string).pathname);
  expect(stranger.status).toBe(303);
  expect(stranger.location).toMatch(/^\/staff\/login/);
  await staff.logIn();
  const first = await staff.collect(pickupUrl as string);
  expect(first.page.body).toContain(orderNumber);
  expect(first.result.status).toBe(200);
  expect(await stockOf(orderNumber)).toMatchObject({ status: 'collected' });
  const second = await staff.collect(pickupUrl as string);
  expect(second.result.status).toBe(409);
  expect(second.result.body).toContain('Lucie');
  await customer.hearsText(new RegExp(`${orderNumber}.*remise`));
}, 60_000);

test('a customer who does not pay is reminded once, then told of the expiry, and the stock is back', async () => {
  const customer = customerOf(shop.sandbox, 'Ana Duval');
  const { orderNumber, sessionId } = await buysFourTyres(customer);
  const before = await stockOf(orderNumber);
  // An hour passes: the processes run on real time, so the order is made an hour older.
  await shop.db
    .$executeRaw`UPDATE orders SET created_at = created_at - interval '61 minutes' WHERE number = ${orderNumber}`;
  const answers = await Promise.all([shop.cron('payment-reminders'), shop.cron('payment-reminders')]);
  expect(await answers[0]?.json()).toMatchObject({
    success: true,
    processed: expect.any(Number),
    timestamp: expect.any(String),
  });
  const reminder = await customer.hearsText(/vous attend/);
  expect(reminder.body).toContain(orderNumber);
  expect(reminder.body).toMatch(/\/checkout\/cs_/);

  // 24 hours pass: Stripe ends the session and tells us.
  shop.sandbox.stripe.checkout.expire(sessionId);
  await until('the order has expired', async () => (await stockOf(orderNumber)).status === 'expired');
  expect(await stockOf(orderNumber)).toMatchObject({ reserved: Number(before.reserved) - 4, onHand: before.onHand });
  await until('the expiry notice is written', () =>
    shop.db.outboundMessage.findFirst({
      where: { businessKey: { startsWith: 'expired:' }, order: { number: orderNumber } },
    }),
  );
  const reminders = await shop.db.outboundMessage.count({
    where: { businessKey: { startsWith: 'reminder:' }, order: { number: orderNumber } },
  });
  expect(reminders).toBe(1);
}, 60_000);

test('with the model down the shop still sells', async () => {
  shop.sandbox.model.down = true;
  try {
    const customer = customerOf(shop.sandbox, 'Inès Petit');
    const { sessionId, orderNumber } = await buysFourTyres(customer);
    shop.sandbox.stripe.checkout.pay(sessionId);
    await customer.hears('the thank-you', (message) => message.kind === 'media' && message.body.includes(orderNumber));
    const turns = await shop.db.conversationTurn.findMany({
      where: { conversation: { customer: { profileName: 'Inès Petit' } } },
    });
    expect(turns.some((turn) => turn.answeredBy === 'fallback')).toBe(true);
  } finally {
    shop.sandbox.model.down = false;
  }
}, 60_000);

test('where WhatsApp carries no buttons, words and numbers buy just as well, and one word makes an expired order again', async () => {
  shop.sandbox.twilio.faults.add({ kind: 'status', status: 404, path: /^\/v1\/Content$/, times: 100 });
  try {
    const customer = customerOf(shop.sandbox, 'Noah Reyes');
    customer.writes('Hello, I need 205/55 R16 tyres');
    await customer.hearsText(/1\. /);
    customer.writes('2');
    await customer.hearsText(/[Hh]ow many/);
    customer.writes('4');
    await customer.hearsText(/👉 .*Order/);
    customer.writes('order');
    await customer.hearsText(/1\. \*Comptoir/);
    customer.writes('1');
    await customer.hearsText(/👉 Confirm/);
    customer.writes('yes');
    const link = await customer.hearsText(/\/checkout\/cs_/);
    shop.sandbox.stripe.checkout.expire(/cs_[A-Za-z0-9_]+/.exec(link.body)?.[0] as string);
    await customer.hearsText(/has expired/);
    customer.writes('yes please');
    await customer.hearsText(/👉 Confirm/);
  } finally {
    shop.sandbox.twilio.faults.clear();
  }
}, 60_000);

test('DDL is in migrations only: web and worker have started and worked, every sweep has run, and the schema is as it was', async () => {
  const authorization = `Bearer ${CRON_SECRET}`;
  for (const sweep of SWEEP_NAMES) {
    const response = await fetch(`${shop.publicUrl}/cron/${sweep}`, { method: 'POST', headers: { authorization } });
    expect([sweep, response.status]).toEqual([sweep, 200]);
  }
  const fresh = await createTestDatabase();
  const migrated = await schemaShape(fresh.pool).finally(() => fresh.close());
  expect(migrated.length).toBeGreaterThan(500);
  expect(await schemaShape(shop.database.pool)).toEqual(migrated);
}, 60_000);

test('a column is added to every table under the running processes, and nothing of what they did before fails', async () => {
  const said = () => shop.web.output() + shop.worker.output();
  const saidBefore = said().length;
  expect(await addColumnToEveryTable(shop.database.pool)).toBeGreaterThan(40);
  const customer = customerOf(shop.sandbox, 'Louise Bernard');
  const { sessionId, orderNumber } = await buysFourTyres(customer);
  shop.sandbox.stripe.checkout.pay(sessionId);
  const thanks = await customer.hears(
    'the thank-you',
    (message) => message.kind === 'media' && message.body.includes(orderNumber),
  );
  const picture = shop.sandbox.twilio.media(thanks.id);
  const staff = staffAt(shop.publicUrl);
  await staff.logIn();
  const { result } = await staff.collect(decodeQr(Buffer.from(picture?.base64 ?? '', 'base64')) ?? '');
  expect(result.status).toBe(200);
  for (const sweep of SWEEP_NAMES) expect([sweep, (await shop.cron(sweep)).status]).toEqual([sweep, 200]);
  expect(said().slice(saidBefore)).not.toMatch(/cached plan|"level":(50|60)/);
}, 60_000);

test('web and worker stop cleanly on SIGTERM and log no personal data', async () => {
  const output = shop.web.output() + shop.worker.output();
  expect(output).not.toMatch(/Camille|pneus 205|\+590\d{6,}|a twilio token|sk_test_for_tests/);
  expect(await shop.web.stop()).toBe(0);
  expect(await shop.worker.stop()).toBe(0);
}, 60_000);
