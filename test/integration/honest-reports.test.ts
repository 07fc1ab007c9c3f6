import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { moneyOverview } from '../../src/db/money-overview.ts';
import { reconcilePayments } from '../../src/flows/reconcile-payments.ts';
import { recoverEvents } from '../../src/flows/recover-events.ts';
import type { VerifiedEvent } from '../../src/ports.ts';
import { type MoneyDesk, openMoneyDesk, paidOrder, placeOrder } from '../support/money-desk.ts';
import { runCommand } from '../support/run-command.ts';
import { until } from '../support/until.ts';

// What is told to people about money is so: no run that failed passes for a good one.

jest.setTimeout(60_000);

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterAll(() => desk.close());

test('an hour with more events than a run has time for is fetched over several runs', async () => {
  await placeOrder(desk);
  await desk.sandbox.clock.advance(70);
  const now = desk.clock.now().getTime();
  const events: VerifiedEvent[] = Array.from({ length: 300 }, (_, index) => ({
    ...{ id: `evt_busy_${index}`, type: 'customer.created', livemode: false, objectId: 'cus_1' },
    ...{ paymentIntentId: null, json: '{}', happenedAt: new Date(now - 30 * 60_000 - index) },
  })) as unknown as VerifiedEvent[];
  const needs = {
    ...desk.needs,
    payments: {
      // Newest first, as Stripe lists them, each page taking its time.
      async *listEvents({ from, until }: { from: Date; until: Date }) {
        for (const [index, event] of events.entries()) {
          const at = event.happenedAt as Date;
          if (at < from || at >= until) continue;
          if (index % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 120));
          yield event;
        }
      },
    },
  };
  const fetched = () => desk.db.paymentEvent.count({ where: { stripeEventId: { startsWith: 'evt_busy_' } } });
  await recoverEvents(needs, { longestMs: 100 });
  expect(await fetched()).toBeLessThan(300);
  await until('the runs after it have fetched the rest', async () => {
    await recoverEvents(needs, { longestMs: 100 });
    return (await fetched()) === 300;
  });
  await desk.db.paymentEvent.deleteMany({ where: { stripeEventId: { startsWith: 'evt_busy_' } } });
});

test('a run of which every question about an attempt failed does not pass for a good one', async () => {
  await placeOrder(desk);
  await desk.sandbox.clock.advance(10);
  desk.stripe.faults.add({ method: 'GET', path: /checkout\/sessions/, kind: 'status', status: 500, times: 500 });
  const outcome = await reconcilePayments(desk.needs).then(
    () => 'well',
    () => 'failed',
  );
  desk.stripe.faults.clear();
  const run = await desk.db.reconciliation.findFirstOrThrow({ where: { part: 'attempts' } });
  expect({ outcome, noted: run.error !== null }).toEqual({ outcome: 'failed', noted: true });
});

test('a day that the money page lists is listed with all of its money', async () => {
  const paid = [await paidOrder(desk), await paidOrder(desk)];
  const now = new Date('2026-10-20T12:00:00Z');
  const at = ['2026-10-13T09:00:00Z', '2026-10-13T15:00:00Z'];
  for (const [index, { paymentId }] of paid.entries())
    await desk.db.payment.update({ where: { id: paymentId }, data: { receivedAt: new Date(at[index] as string) } });
  const { days } = await moneyOverview(desk.db, { now, timezone: 'UTC' });
  const day = days.find(({ day }) => day === '2026-10-13');
  expect([undefined, 18_000]).toContain(day?.receivedMinor);
});

test('an unpaid link that cannot be asked about is not reported as asked', async () => {
  await placeOrder(desk);
  await desk.db.$executeRaw`UPDATE payment_attempts SET created_at = created_at - interval '1 day', asked_at = NULL`;
  desk.stripe.faults.add({ method: 'GET', path: /checkout\/sessions/, kind: 'status', status: 401, times: 1000 });
  const result = await runCommand('reconcile-payments', ['--days', '1'], {
    DATABASE_URL: desk.database.url,
    SESSION_SECRET: desk.sessionSecret,
    STRIPE_SECRET_KEY: 'sk_test_x',
    STRIPE_API_BASE_URL: desk.sandbox.stripeBaseUrl,
  });
  desk.stripe.faults.clear();
  expect(result.stdout).not.toMatch(/Attempts: [1-9]\d* past their time, Stripe was asked; 0 changed/);
});

test('the same amount written otherwise is the same command', async () => {
  const paid = await paidOrder(desk);
  const run = (...args: string[]) => runCommand('refund-order', args, { DATABASE_URL: desk.database.url });
  await run(paid.orderNumber, '--amount', '12.50');
  await run(paid.orderNumber, '--amount', '12,5');
  expect(await desk.db.refund.count({ where: { paymentId: paid.paymentId } })).toBe(1);
});
