import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { enqueueMessage } from '../../src/db/outbox.ts';
import { reminderMessage } from '../../src/domain/messages.ts';
import { remindUnpaidOrders } from '../../src/flows/remind-unpaid.ts';
import { requestReviews } from '../../src/flows/request-reviews.ts';
import { type MessageDesk, openMessageDesk } from '../support/message-desk.ts';
import { type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../support/money-desk.ts';
import { zoneWhereItIs } from '../support/timezone.ts';

let desk: MessageDesk;
let money: MoneyDesk;
beforeAll(async () => {
  [desk, money] = await Promise.all([openMessageDesk(), openMoneyDesk()]);
});
afterAll(async () => {
  await Promise.all([desk.close(), money.close()]);
});

const night = () => ({ quietHours: { timezone: zoneWhereItIs(2, desk.sandbox.clock.now()) } });
const day = () => ({ quietHours: { timezone: zoneWhereItIs(12, desk.sandbox.clock.now()) } });

/** Ten hours to pay, from two at night on. */
const letLive = (orderId: string, hours: number) =>
  desk.db.order.update({
    where: { id: orderId },
    data: { expiresAt: new Date(desk.sandbox.clock.now().getTime() + hours * 3600_000) },
  });

const ORDER = {
  ...{ locale: 'fr' as const, totalMinor: 100, currency: 'EUR', customer: { firstName: null } },
  lines: [{ label: 'Sommeil, 10 heures', quantity: 1, subtotalMinor: 100 }],
  location: { id: 'l1', code: 'JAR', name: 'Jarry', address: '12 rue', hours: '10 heures' },
};

describe('what an outage kept until the night', () => {
  test('is a reminder that leaves in the morning; answers of the chat do not wait for it', async () => {
    const { phone, customer } = await desk.newCustomer();
    const { businessKey, orderId } = await desk.enqueueAboutOrder(customer.id, 'reminder', 'pensez à payer');
    await letLive(orderId, 10);
    await desk.enqueue(customer.id, { body: 'oui, nous l’avons' }, `turn:${orderId}:1`);
    await desk.deliverAll(night());
    expect(desk.heardBy(phone)).toEqual(['oui, nous l’avons']);
    const row = await desk.rowOf(businessKey);
    expect(row).toMatchObject({ status: 'queued', lastError: 'waits for the morning' });
    const waitsHours = (row.nextAttemptAt.getTime() - Date.now()) / 3600_000;
    expect(waitsHours).toBeGreaterThan(4.9);
    expect(waitsHours).toBeLessThan(6.1);
    await desk.change(businessKey, { nextAttemptAt: new Date(0) });
    await desk.deliverAll(day());
    expect(desk.heardBy(phone)).toEqual(['oui, nous l’avons', 'pensez à payer']);
  });

  test('says how long there is to pay as it is when it leaves, and not otherwise than it may have left', async () => {
    const { phone, customer } = await desk.newCustomer();
    const { orderId, orderNumber } = await desk.enqueueAboutOrder(customer.id, 'thank-you', 'merci');
    await desk.deliverAll();
    const { expiresAt } = await letLive(orderId, 10.5);
    const order = { ...ORDER, id: orderId, number: orderNumber, expiresAt };
    const content = reminderMessage(desk.needs.texts, order, {
      url: 'https://pay.example/x',
      now: desk.sandbox.clock.now(),
    });
    expect(content.body).toContain('Il reste 10 heures.');
    const write = (businessKey: string) =>
      enqueueMessage(desk.db, { businessKey, customerId: customer.id, orderId, content, at: desk.sandbox.clock.now() });
    await write(`reminder:${orderId}:1`);
    await desk.deliverAll(night());
    await desk.change(`reminder:${orderId}:1`, { nextAttemptAt: new Date(0) });
    desk.callbacksAreLost = true;
    desk.sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await desk.deliverAll(desk.later(6));
    await desk.change(`reminder:${orderId}:1`, { nextAttemptAt: new Date(0) });
    await desk.deliverAll(desk.later(8));
    desk.callbacksAreLost = false;
    const said = desk.heardBy(phone).slice(1);
    expect(said).toEqual([content.body.replace('Il reste 10 heures', 'Il reste 4 heures')]);
    const row = await desk.rowOf(`reminder:${orderId}:1`);
    expect(row).toMatchObject({ status: 'sent', content: { template: { variables: { '5': '4 heures' } } } });
  });

  test('is overtaken if its link is dead by then', async () => {
    const { customer } = await desk.newCustomer();
    const { businessKey, orderId } = await desk.enqueueAboutOrder(customer.id, 'reminder', 'pensez à payer');
    await letLive(orderId, 3);
    await desk.deliverAll(night());
    expect((await desk.rowOf(businessKey)).status).toBe('superseded');
  });

  test('is no thank-you: that leaves at any hour', async () => {
    const { customer } = await desk.newCustomer();
    const { businessKey } = await desk.enqueueAboutOrder(customer.id, 'thank-you', 'merci');
    await desk.deliverAll(night());
    expect((await desk.rowOf(businessKey)).status).toBe('delivered');
  });
});

test('an unpaid order is reminded of in the morning, not at night, and its wake-up is set for then', async () => {
  const zone = (hour: number) => ({ quietHours: { timezone: zoneWhereItIs(hour, money.clock.now()) } });
  const timezone = zone(20);
  Object.assign(money.needs, timezone);
  const { orderId } = await placeOrder(money);
  const { createdAt } = await money.db.order.findUniqueOrThrow({ where: { id: orderId } });
  const wakes = money.scheduled.filter((wake) => wake.orderId === orderId).map(({ at }) => at);
  const hoursLater = wakes.map((at) => (at.getTime() - createdAt.getTime()) / 3600_000);
  // Made between 20:00 and 21:00; an hour later is night, eight o'clock is eleven to twelve hours away.
  expect(hoursLater).toHaveLength(1);
  expect(hoursLater[0]).toBeGreaterThan(10.9);
  await money.sandbox.clock.advance(61);
  await remindUnpaidOrders(money.needs);
  expect((await stateOf(money, orderId)).told).toEqual(['payment-link']);
  await money.sandbox.clock.advance(12 * 60);
  await remindUnpaidOrders(money.needs);
  expect((await stateOf(money, orderId)).told).toEqual(['payment-link', 'reminder']);
  Object.assign(money.needs, { quietHours: null });
});

test('nobody is asked for a review at night', async () => {
  const { orderId } = await placeOrder(money);
  const collected = new Date(money.clock.now().getTime() - 30 * 3600_000);
  await money.db.$executeRaw`ALTER TABLE orders DISABLE TRIGGER orders_guard_transition`;
  await money.db.order.update({ where: { id: orderId }, data: { status: 'collected', closedAt: collected } });
  await money.db.$executeRaw`ALTER TABLE orders ENABLE TRIGGER orders_guard_transition`;
  const at = (hour: number) => ({ ...money.needs, quietHours: { timezone: zoneWhereItIs(hour, money.clock.now()) } });
  expect(await requestReviews(at(23))).toEqual({ processed: 0 });
  expect(await requestReviews(at(9))).toEqual({ processed: 1 });
});
