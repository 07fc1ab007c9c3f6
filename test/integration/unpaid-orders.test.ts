import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { lockUnpaidOrders, type UnpaidPlace } from '../../src/db/reminders.ts';
import { transact } from '../../src/db/transact.ts';
import { expireCheckouts } from '../../src/flows/expire-checkouts.ts';
import { remindUnpaidOrder, remindUnpaidOrders } from '../../src/flows/remind-unpaid.ts';
import { ledgerDifferences, type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../support/money-desk.ts';

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterEach(async () => {
  expect(await ledgerDifferences(desk)).toEqual([]);
});
afterAll(() => desk.close());

test('an unpaid order is reminded of once after an hour, however many ask at once', async () => {
  const { orderId } = await placeOrder(desk);
  expect(desk.scheduled.some((wake) => wake.orderId === orderId)).toBe(true);
  expect(await remindUnpaidOrder(desk.needs, orderId)).toBe(false);
  await desk.sandbox.clock.advance(61);
  await Promise.all([
    remindUnpaidOrder(desk.needs, orderId),
    remindUnpaidOrder(desk.needs, orderId),
    remindUnpaidOrders(desk.needs),
    remindUnpaidOrders(desk.needs),
  ]);
  expect((await stateOf(desk, orderId)).told).toEqual(['payment-link', 'reminder']);
});

test('a walk through unpaid orders passes each once, oldest first, and none that is too young', async () => {
  const due = [await placeOrder(desk), await placeOrder(desk), await placeOrder(desk)].map(({ orderId }) => orderId);
  await desk.sandbox.clock.advance(61);
  const young = await placeOrder(desk);
  const now = desk.needs.clock.now();
  const latestMade = [new Date(now.getTime() - 3600_000)];
  const seen: string[] = [];
  let after: UnpaidPlace | null = null;
  do {
    const wish = { now, delaysMinutes: [60], latestMade, after, limit: 1 };
    const batch: Awaited<ReturnType<typeof lockUnpaidOrders>> = await transact(desk.db, (tx) =>
      lockUnpaidOrders(tx, wish),
    );
    seen.push(...batch.orders.map(({ id }) => id));
    after = batch.last;
  } while (after);
  expect(seen.filter((id) => due.includes(id))).toEqual(due);
  expect(seen).not.toContain(young.orderId);
});

test('an order that somebody works on at this moment is left to the next run, and keeps no other waiting', async () => {
  const [busy, free] = [await placeOrder(desk), await placeOrder(desk)];
  await desk.sandbox.clock.advance(61);
  await transact(desk.db, async (tx) => {
    await tx.$queryRaw`SELECT FROM orders WHERE id = ${busy.orderId}::uuid FOR UPDATE`;
    await remindUnpaidOrders(desk.needs);
  });
  expect((await stateOf(desk, free.orderId)).told).toContain('reminder');
  expect((await stateOf(desk, busy.orderId)).told).not.toContain('reminder');
  await remindUnpaidOrders(desk.needs);
  expect((await stateOf(desk, busy.orderId)).told).toContain('reminder');
});

/** What the customer was told of the order after the sweep ran with these delays. */
async function toldWith(delays: number[], orderId: string): Promise<string[]> {
  const reminders = delays.map((delayMinutes) => ({ delayMinutes }));
  await remindUnpaidOrders({ ...desk.needs, rules: { reminders, remindersSince: null } });
  const messages = await desk.db.outboundMessage.findMany({ where: { orderId }, orderBy: { seq: 'asc' } });
  return messages
    .map(({ businessKey }) => businessKey.replace(orderId, ''))
    .filter((key) => key.startsWith('reminder'));
}

test('a deploy that puts a reminder before one that left reminds nobody again, and the next one leaves', async () => {
  const { orderId } = await placeOrder(desk);
  await desk.sandbox.clock.advance(61);
  expect(await toldWith([60, 720], orderId)).toEqual(['reminder::1']);
  await desk.sandbox.clock.advance(60);
  expect(await toldWith([30, 60, 720], orderId)).toEqual(['reminder::1']);
  await desk.sandbox.clock.advance(600);
  expect(await toldWith([30, 60, 720], orderId)).toEqual(['reminder::1', 'reminder::3']);
  expect(await toldWith([30, 60, 720], orderId)).toEqual(['reminder::1', 'reminder::3']);
});

test('a reminder whose place on the list was that of one that left does leave', async () => {
  const { orderId } = await placeOrder(desk);
  await desk.sandbox.clock.advance(61);
  expect(await toldWith([60, 720], orderId)).toEqual(['reminder::1']);
  await desk.sandbox.clock.advance(60);
  expect(await toldWith([720], orderId)).toEqual(['reminder::1']);
  await desk.sandbox.clock.advance(600);
  expect(await toldWith([720], orderId)).toEqual(['reminder::1', 'reminder::2']);
});

test('what a build from before reminds of, which notes no delay, is not reminded of again by this one', async () => {
  const { orderId } = await placeOrder(desk);
  await desk.sandbox.clock.advance(61);
  expect(await toldWith([60, 720], orderId)).toEqual(['reminder::1']);
  await desk.sandbox.clock.advance(660);
  await desk.db.$executeRaw`UPDATE orders SET reminders_sent = 2 WHERE id = ${orderId}::uuid`;
  expect(await toldWith([60, 720], orderId)).toEqual(['reminder::1']);
});

test('nobody is reminded of a paid order, nor a customer who said stop', async () => {
  const paid = await placeOrder(desk);
  desk.stripe.checkout.pay(paid.sessionId);
  const stopped = await placeOrder(desk);
  await desk.db.customer.update({ where: { id: stopped.customerId }, data: { optedOutAt: new Date() } });
  await desk.work();
  await desk.sandbox.clock.advance(61);
  await remindUnpaidOrders(desk.needs);
  expect((await stateOf(desk, paid.orderId)).told).not.toContain('reminder');
  expect((await stateOf(desk, stopped.orderId)).told).not.toContain('reminder');
});

test('an order expires after its link, gives the stock back and tells the customer once', async () => {
  const { orderId } = await placeOrder(desk);
  await desk.sandbox.clock.advance(24 * 60);
  await Promise.all([desk.work(), expireCheckouts(desk.needs), expireCheckouts(desk.needs)]);
  expect(await stateOf(desk, orderId)).toEqual({
    order: 'expired',
    attempts: ['EXPIRED'],
    onHand: 4,
    reserved: 0,
    told: ['payment-link', 'expired'],
  });
});
