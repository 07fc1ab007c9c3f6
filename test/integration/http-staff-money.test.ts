import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { refundOrder } from '../../src/flows/refund-order.ts';
import { releaseReview } from '../../src/flows/release-review.ts';
import { showConcerns } from '../../src/flows/show-concerns.ts';
import { showMoney, showPaymentEvent } from '../../src/flows/show-money.ts';
import { showStaffOrder } from '../../src/flows/show-staff-orders.ts';
import { replayPaymentEvent } from '../../src/flows/try-again.ts';
import type { StaffAccounts } from '../../src/ports.ts';
import { mismatchedOrder } from '../support/manager.ts';
import { addStaff, type MoneyDesk, openMoneyDesk, paidOrder, placeOrder, stateOf } from '../support/money-desk.ts';
import { noOrders } from '../support/order-samples.ts';
import { managerAccounts, SESSION_COOKIE, stubAccounts } from '../support/stub-accounts.ts';
import { type Web, withWeb } from '../support/web.ts';

// The money pages on the real flows, a real database and Stripe's stand-in; only who is logged in is given.

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
  await addStaff(desk, { id: 'staff-1', name: 'Léa' });
});
beforeEach(() => desk.stripe.events.release());
afterAll(() => desk.close());

const cookie = { cookie: SESSION_COOKIE };
const webOf = (accounts: StaffAccounts, use: (web: Web) => Promise<void>) =>
  withWeb(
    {
      accounts,
      listOrders: noOrders,
      showOrder: (orderId) => showStaffOrder(desk, orderId),
      refundOrder: (wish) => refundOrder(desk, wish),
      releaseReview: (release) => releaseReview(desk, release),
      showConcerns: (wish) => showConcerns({ ...desk, modelTerms: { shopDailyMicroUsd: null } }, wish),
      showMoney: () => showMoney(desk),
      showPaymentEvent: (eventId) => showPaymentEvent(desk, eventId),
      replayPaymentEvent: (replay) => replayPaymentEvent(desk, replay),
    },
    use,
  );
const asManager = (use: (web: Web) => Promise<void>) => webOf(managerAccounts, use);

/** Opens a page and answers its text and the hidden fields of its form, as a browser would send them back. */
async function open(web: Web, path: string) {
  const response = await web.fetch(path, { headers: { ...cookie, 'accept-language': 'en' } });
  const html = await response.text();
  const hidden = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return { status: response.status, html, fields: Object.fromEntries(hidden.map(([, name, value]) => [name, value])) };
}
const send = (web: Web, path: string, fields: Record<string, string>) =>
  web.fetch(path, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { ...cookie, 'accept-language': 'en' },
  });
const refunds = (paymentId: string) => desk.db.refund.findMany({ where: { paymentId } });

test('a manager gives back a part from the order’s page, once however often it is sent, and reads who did what and why', async () => {
  const paid = await paidOrder(desk);
  const path = `/staff/orders/${paid.orderId}`;
  await asManager(async (web) => {
    const page = await open(web, path);
    expect(page.html).toContain('At most €90.00');
    const form = { ...page.fields, amount: '25,50', reason: 'out_of_stock', restock: '' };
    const [first, second] = await Promise.all([send(web, `${path}/refund`, form), send(web, `${path}/refund`, form)]);
    expect([first.status, second.status].sort()).toEqual([303, 409]);
    await desk.work();
    expect(await refunds(paid.paymentId)).toMatchObject([{ amountMinor: 2550, status: 'succeeded' }]);
    const after = await open(web, `${path}?done=refund`);
    expect(after.html).toContain('The refund is asked for');
    expect(after.html).toContain('At most €64.50');
    expect(after.html).toMatch(/Léa.*Refund requested.*€25\.50 · item missing or damaged/s);
    expect(after.html).toContain('charge.refunded');
  });
});

test.each([
  ['abc', 400],
  ['1,234', 400],
  ['-5', 400],
  ['0', 400],
  ['90,01', 409],
])('an amount of %s is refused with a reason, and nothing goes back', async (amount, status) => {
  const paid = await paidOrder(desk);
  await asManager(async (web) => {
    const { fields } = await open(web, `/staff/orders/${paid.orderId}`);
    const answer = await send(web, `/staff/orders/${paid.orderId}/refund`, {
      ...fields,
      amount,
      reason: 'duplicate',
    });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain('role="alert"');
  });
  expect(await refunds(paid.paymentId)).toEqual([]);
});

test('a payment of another order, an unknown reason or a form without our key gives nothing back', async () => {
  const [paid, other] = [await paidOrder(desk), await paidOrder(desk)];
  await asManager(async (web) => {
    const { fields } = await open(web, `/staff/orders/${paid.orderId}`);
    const good = { ...fields, amount: '', reason: 'duplicate' };
    const wrong = [
      { ...good, payment: other.paymentId },
      { ...good, reason: 'refund_late' },
      { ...good, key: 'x' },
    ];
    for (const form of wrong) {
      expect((await send(web, `/staff/orders/${paid.orderId}/refund`, form)).status).toBe(409);
    }
    const { csrf: _, ...forged } = good;
    expect((await send(web, `/staff/orders/${paid.orderId}/refund`, forged)).status).toBe(403);
  });
  expect([...(await refunds(paid.paymentId)), ...(await refunds(other.paymentId))]).toEqual([]);
});

test('staff who are no managers see the money of an order and can neither refund, release nor read the shop’s money', async () => {
  const paid = await paidOrder(desk);
  desk.stripe.refunds.warnOfFraud(paid.chargeId);
  await desk.work();
  await webOf(stubAccounts, async (web) => {
    const page = await open(web, `/staff/orders/${paid.orderId}`);
    expect(page.html).toContain('Only a manager can refund');
    expect(page.html).toContain('To be checked by a manager');
    expect(page.html).not.toContain('/refund"');
    expect(page.html).not.toContain('/release"');
    expect(page.html).not.toContain('/staff/money');
    const { csrf = '' } = page.fields;
    const form = {
      csrf,
      payment: paid.paymentId,
      key: randomUUID(),
      reason: 'duplicate',
      seen: 'fraud_warning',
      note: 'x',
    };
    const event = await desk.db.paymentEvent.findFirstOrThrow();
    for (const path of [`/staff/orders/${paid.orderId}/refund`, `/staff/orders/${paid.orderId}/release`]) {
      expect((await send(web, path, form)).status).toBe(403);
    }
    expect((await send(web, `/staff/events/${event.id}/replay`, form)).status).toBe(403);
    expect((await open(web, '/staff/money')).status).toBe(403);
    const forbidden = await open(web, `/staff/events/${event.id}`);
    expect([forbidden.status, forbidden.html.includes('payload')]).toEqual([403, false]);
  });
  expect(await refunds(paid.paymentId)).toEqual([]);
  expect((await desk.db.order.findUniqueOrThrow({ where: { id: paid.orderId } })).reviewReason).toBe('fraud_warning');
});

test('a manager releases an order with a note, which stays in its history, escaped', async () => {
  const paid = await paidOrder(desk);
  desk.stripe.refunds.warnOfFraud(paid.chargeId);
  await desk.work();
  const path = `/staff/orders/${paid.orderId}`;
  await asManager(async (web) => {
    expect((await open(web, '/staff/needs-you')).html).toContain(paid.orderNumber);
    const { fields } = await open(web, path);
    const release = { csrf: fields.csrf ?? '', review: fields.review ?? '', outcome: 'goes_on' };
    expect((await send(web, `${path}/release`, { ...release, note: '  ' })).status).toBe(400);
    const note = 'Called <b>Camille</b>\u0000';
    expect((await send(web, `${path}/release`, { ...release, note })).status).toBe(303);
    expect((await send(web, `${path}/release`, { ...release, note })).status).toBe(409);
    const page = await open(web, `${path}?done=release`);
    expect(page.html).toContain('Your decision is on record');
    expect(page.html).toContain('“Called &lt;b>Camille&lt;/b>”');
  });
});

test('a page whose refund still waits for Stripe says so, and offers no other way to give the money back', async () => {
  const order = await mismatchedOrder(desk);
  const path = `/staff/orders/${order.orderId}`;
  await asManager(async (web) => {
    const before = await open(web, path);
    expect(before.html).toContain('I gave the money back another way');
    expect(before.html).not.toContain('still waits for Stripe');
    expect((await send(web, `${path}/refund`, { ...before.fields, amount: '', reason: 'mismatch' })).status).toBe(303);
    const { html } = await open(web, path);
    expect(html).toContain('still waits for Stripe');
    expect(html).not.toContain('/release"');
    // Whoever had opened the page before.
    const release = { ...before.fields, outcome: 'given_back', note: '80 euros in cash' };
    const answer = await send(web, `${path}/release`, release);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('the money would go twice');
  });
});

test('an event that was given up is read, worked on again by a manager, and then handled', async () => {
  const order = await placeOrder(desk);
  desk.stripe.faults.add({ method: 'GET', path: /checkout\/sessions\//, kind: 'status', status: 400 });
  desk.stripe.checkout.pay(order.sessionId);
  await desk.work();
  const failed = await desk.db.paymentEvent.findFirstOrThrow({ where: { outcome: 'failed' } });
  await asManager(async (web) => {
    expect((await open(web, '/staff/needs-you')).html).toContain(`/staff/events/${failed.id}`);
    const page = await open(web, `/staff/events/${failed.id}`);
    expect(page.html).toContain('given up');
    expect(page.html).toContain(failed.stripeEventId);
    const { csrf = '' } = page.fields;
    const replay = () => send(web, `/staff/events/${failed.id}/replay`, { csrf });
    expect((await Promise.all([replay(), replay()])).map(({ status }) => status).sort()).toEqual([200, 409]);
    await desk.work();
    expect((await open(web, `/staff/events/${failed.id}`)).html).toContain('handled');
    expect((await replay()).status).toBe(409);
    expect((await open(web, `/staff/events/${randomUUID()}`)).status).toBe(404);
  });
  expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'confirmed' });
});

test('the shop’s money names the days’ sums, and disputes that the bank decides now; those to answer are on the other page', async () => {
  const disputed = await paidOrder(desk);
  desk.stripe.refunds.openDispute(disputed.chargeId);
  await desk.work();
  const { db } = desk;
  await asManager(async (web) => {
    const before = await open(web, '/staff/money');
    expect(before.html).toContain('The last seven days');
    expect(before.html).not.toContain(disputed.orderNumber);
    await db.dispute.updateMany({ where: { paymentId: disputed.paymentId }, data: { status: 'under_review' } });
    const { html } = await open(web, '/staff/money');
    expect(html).toMatch(new RegExp(`Disputes the bank is deciding.*${disputed.orderNumber}.*€90\\.00`, 's'));
  });
});

test('a word the form does not know is refused, not answered with a fault of the server', async () => {
  const paid = await paidOrder(desk);
  await asManager(async (web) => {
    const { fields } = await open(web, `/staff/orders/${paid.orderId}`);
    const form = { ...fields, amount: '', reason: 'duplicate', restock: 'constructor' };
    expect((await send(web, `/staff/orders/${paid.orderId}/refund`, form)).status).toBeLessThan(500);
  });
  expect(await refunds(paid.paymentId)).toEqual([]);
});

test('a link alone does not make the page say that a refund was asked for', async () => {
  const paid = await paidOrder(desk);
  await asManager(async (web) => {
    expect((await open(web, `/staff/orders/${paid.orderId}?done=refund`)).html).not.toContain(
      'The refund is asked for',
    );
  });
});
