import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cancelAsStaff } from '../../src/flows/cancel-order.ts';
import { markReady } from '../../src/flows/mark-ready.ts';
import { noteOrder } from '../../src/flows/note-order.ts';
import { sendAgain } from '../../src/flows/send-again.ts';
import { mismatchedOrder } from '../support/manager.ts';
import { addStaff, type MoneyDesk, openMoneyDesk, paidOrder, placeOrder } from '../support/money-desk.ts';

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
  await addStaff(desk, { id: 'staff-1', name: 'Lucie' });
});
afterAll(() => desk.close());

const staffId = 'staff-1';
const needsOf = () => ({ ...desk.needs, timezone: 'America/Guadeloupe' });
const orderOf = (id: string) => desk.db.order.findUniqueOrThrow({ where: { id } });
const told = async (orderId: string, kind: string) =>
  (await desk.db.outboundMessage.findMany({ where: { orderId } })).filter(({ businessKey }) =>
    businessKey.startsWith(`${kind}:`),
  );
const deedsOf = async (orderId: string) =>
  (await desk.db.auditEntry.findMany({ where: { subject: `order:${orderId}`, actor: 'staff:staff-1' } })).map(
    ({ action }) => action,
  );

test('a paid order is marked ready once, however many press the button, and its customer is told once', async () => {
  const { orderId } = await paidOrder(desk);
  const results = await Promise.all([1, 2, 3].map(() => markReady(desk.needs, { orderId, staffId })));
  expect(results.map(({ kind }) => kind).sort()).toEqual(['already_ready', 'already_ready', 'ready']);
  expect(await orderOf(orderId)).toMatchObject({ status: 'ready', readyAt: expect.any(Date) });
  const [message, ...others] = await told(orderId, 'ready');
  expect(others).toEqual([]);
  expect(message?.content).toMatchObject({ body: expect.stringContaining('prête'), template: { key: 'ready' } });
  expect(await deedsOf(orderId)).toEqual(['order.ready']);
});

test.each(['disputed', 'in review', 'unpaid'])('an order that is %s calls nobody to the counter', async (how) => {
  const { orderId } = how === 'unpaid' ? await placeOrder(desk) : await paidOrder(desk);
  if (how === 'disputed') await desk.db.order.update({ where: { id: orderId }, data: { disputedAt: new Date() } });
  if (how === 'in review')
    await desk.db.order.update({ where: { id: orderId }, data: { reviewReason: 'fraud_warning' } });
  expect(await markReady(desk.needs, { orderId, staffId })).toEqual({ kind: 'not_to_prepare' });
  expect(await told(orderId, 'ready')).toEqual([]);
});

test('an unpaid order’s link is sent again, once for each form', async () => {
  const { orderId } = await placeOrder(desk);
  const formKey = randomUUID();
  const both = await Promise.all([1, 2].map(() => sendAgain(needsOf(), { orderId, staffId, formKey })));
  expect(both.map(({ kind }) => kind).sort()).toEqual(['already_sent', 'link_sent']);
  const [message, ...others] = await told(orderId, 'payment-link-again');
  expect(others).toEqual([]);
  const { url } = await desk.db.paymentAttempt.findFirstOrThrow({ where: { orderId } });
  expect(message?.content).toMatchObject({ body: expect.stringContaining(url as string) });
  expect(await deedsOf(orderId)).toEqual(['order.link_sent']);
});

test('a link that is over is not sent again, although nobody has closed its order yet', async () => {
  const { orderId } = await placeOrder(desk);
  const { expiresAt } = await orderOf(orderId);
  const later = { ...needsOf(), clock: { now: () => new Date(expiresAt.getTime() + 1) } };
  expect(await sendAgain(later, { orderId, staffId, formKey: randomUUID() })).toEqual({ kind: 'nothing_to_send' });
});

test('a paid order’s QR code is sent again; a cancelled order has nothing to send', async () => {
  const { orderId } = await paidOrder(desk);
  expect(await sendAgain(needsOf(), { orderId, staffId, formKey: randomUUID() })).toEqual({ kind: 'code_sent' });
  const { id: pickupId } = await desk.db.pickup.findUniqueOrThrow({ where: { orderId } });
  const [message] = await told(orderId, 'code-again');
  expect(message?.content).toMatchObject({ media: { kind: 'pickup_qr', pickupId } });
  const unpaid = await placeOrder(desk);
  await cancelAsStaff(desk.needs, { orderId: unpaid.orderId, staffId });
  const nothing = await sendAgain(needsOf(), { orderId: unpaid.orderId, staffId, formKey: randomUUID() });
  expect(nothing).toEqual({ kind: 'nothing_to_send' });
});

test('staff cancel an unpaid order: the link is closed at Stripe, the goods are free, the customer is told', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  expect(await cancelAsStaff(desk.needs, { orderId, staffId })).toMatchObject({ kind: 'cancelled' });
  expect((await orderOf(orderId)).status).toBe('cancelled');
  expect((await desk.needs.payments.retrieveCheckoutSession(sessionId)).status).toBe('expired');
  const held = await desk.db.reservation.count({ where: { status: 'held', orderItem: { orderId } } });
  expect(held).toBe(0);
  expect(await told(orderId, 'cancelled')).toHaveLength(1);
  expect(await deedsOf(orderId)).toEqual(['order.cancelled']);
});

test('an order that is paid while staff cancel it stands', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  desk.stripe.checkout.pay(sessionId);
  expect(await cancelAsStaff(desk.needs, { orderId, staffId })).toMatchObject({ kind: 'already_paid' });
  expect((await orderOf(orderId)).status).toBe('confirmed');
  expect(await told(orderId, 'cancelled')).toEqual([]);
});

test('an order that waits for a decision about its money is not cancelled by staff, and its customer is told nothing', async () => {
  const { orderId } = await mismatchedOrder(desk);
  expect(await cancelAsStaff(desk.needs, { orderId, staffId })).toMatchObject({ kind: 'money_held' });
  expect((await orderOf(orderId)).status).toBe('pending_payment');
  expect(await told(orderId, 'cancelled')).toEqual([]);
});

test('a note is kept in the order’s history and told to nobody', async () => {
  const { orderId } = await paidOrder(desk);
  const before = await desk.db.outboundMessage.count();
  expect(await noteOrder(desk.needs, { orderId, staffId, note: '  Passe samedi  ' })).toEqual({ kind: 'noted' });
  expect(await noteOrder(desk.needs, { orderId, staffId, note: ' ' })).toEqual({ kind: 'empty' });
  const entry = await desk.db.auditEntry.findFirstOrThrow({ where: { action: 'order.noted' } });
  expect(entry).toMatchObject({ subject: `order:${orderId}`, details: { note: 'Passe samedi' } });
  expect(await desk.db.outboundMessage.count()).toBe(before);
});
