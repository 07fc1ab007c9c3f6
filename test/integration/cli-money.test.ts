import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import {
  anotherAttempt,
  type MoneyDesk,
  openMoneyDesk,
  paidOrder,
  placeOrder,
  stateOf,
} from '../support/money-desk.ts';
import { runCommand } from '../support/run-command.ts';

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterAll(() => desk.close());
// Each run is a process of its own; several in one test take a while on a busy machine.
jest.setTimeout(60_000);

const run = (name: string, ...args: string[]) => runCommand(name, args, { DATABASE_URL: desk.database.url });
const refunds = (paymentId: string) => desk.db.refund.findMany({ where: { paymentId } });

test('order:refund gives a part back once, more only when told so, and then the rest', async () => {
  const paid = await paidOrder(desk);
  const part = await run('refund-order', paid.orderNumber.toLowerCase(), '--amount', '12,50', '--reason', 'duplicate');
  expect(part).toMatchObject({ code: 0, stdout: expect.stringContaining('Refund of €12.50') });
  const repeated = await run('refund-order', paid.orderNumber, '--amount', '12,50');
  expect(repeated).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing was added') });
  await run('refund-order', paid.orderNumber, '--amount', '12,50', '--again');
  await desk.work();
  expect(await refunds(paid.paymentId)).toMatchObject([
    { amountMinor: 1250, status: 'succeeded', reason: 'duplicate', requestedBy: 'operator' },
    { amountMinor: 1250, status: 'succeeded' },
  ]);
  expect((await run('refund-order', paid.orderNumber, '--amount', '65.01')).stderr).toContain('Only €65.00');
  await run('refund-order', paid.orderNumber, '--keep-out');
  await desk.work();
  expect(await stateOf(desk, paid.orderId)).toMatchObject({ order: 'refunded', onHand: 3 });
});

test('order:refund says what it does not understand, and what there is nothing to give back of', async () => {
  const open = await placeOrder(desk);
  const wrong: [string[], number, string][] = [
    [[], 2, 'Name one order'],
    [['C-1', 'C-2'], 2, 'Name one order'],
    [['C-999999'], 1, 'There is no order C-999999'],
    [[open.orderNumber], 1, 'was not paid'],
    [[open.orderNumber, '--reason', 'refund_late'], 2, '--reason must be one of'],
    [[open.orderNumber, '--restock', '--keep-out'], 2, 'the opposite'],
  ];
  for (const [args, code, message] of wrong) {
    expect(await run('refund-order', ...args)).toMatchObject({ code, stderr: expect.stringContaining(message) });
  }
});

test('order:refund asks which payment is meant of an order that was paid twice', async () => {
  const order = await placeOrder(desk);
  await desk.db.paymentAttempt.update({ where: { id: order.attemptId }, data: { status: 'CANCELLED' } });
  const second = await anotherAttempt(desk, order);
  desk.stripe.checkout.pay(second.sessionId);
  desk.stripe.checkout.pay(order.sessionId);
  await desk.work();
  const { id } = await desk.db.payment.findFirstOrThrow({
    where: { attempt: { orderId: order.orderId, status: 'PAID' } },
  });
  const asked = await run('refund-order', order.orderNumber);
  expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining(`${id}  €90.00`) });
  expect(asked.stderr).toContain('€0.00 left');
  expect((await run('refund-order', order.orderNumber, '--payment', id)).code).toBe(0);
});

test('events:replay queues what was given up, and only what is named', async () => {
  const [first, second] = [await placeOrder(desk), await placeOrder(desk)];
  for (const { sessionId } of [first, second]) {
    desk.stripe.faults.add({ method: 'GET', path: new RegExp(sessionId), kind: 'status', status: 400, times: 2 });
    desk.stripe.checkout.pay(sessionId);
  }
  await desk.work();
  const failed = await desk.db.paymentEvent.findMany({ where: { outcome: 'failed' }, orderBy: { seq: 'asc' } });
  expect(failed.length).toBeGreaterThanOrEqual(2);
  const [{ stripeEventId } = { stripeEventId: '' }] = failed;
  expect(await run('replay-events', stripeEventId)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 events'),
  });
  expect((await run('replay-events', stripeEventId)).code).toBe(1);
  expect((await run('replay-events', 'pi_1')).code).toBe(2);
  expect((await run('replay-events')).stdout).toContain(`${failed.length - 1} events queued`);
  await desk.work();
  expect(await desk.db.paymentEvent.count({ where: { outcome: 'failed' } })).toBe(0);
  for (const { orderId } of [first, second]) expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
});
