import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addSpending } from '../../src/db/model-spending.ts';
import { type Grain, type Measure, readerOf } from '../../src/domain/numbers.ts';
import { shopDayOf } from '../../src/domain/shop-day.ts';
import { countNumbers } from '../../src/flows/count-numbers.ts';
import { exportNumbers, showNumbers } from '../../src/flows/show-numbers.ts';
import { type History, openHistory } from '../support/number-history.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// A shop in Paris, around the night clocks are set back (25 October 2026, a day of 25 hours) and the one they are set
// forward (29 March, of 23). Every number below is counted by hand from the few rows it is about.

const timezone = 'Europe/Paris';
let now = new Date('2026-11-10T11:00:00Z');
const clock = { now: () => now };
let database: TestDatabase;
let history: History;
const needs = () => ({ db: database.db, clock, timezone });

beforeAll(async () => {
  database = await createTestDatabase();
  history = await openHistory(database.pool);
  await writeAutumn();
  await writeSpring();
  await countNumbers(needs());
});
afterAll(() => database.close());

const tyres = (quantity: number) => ({ sku: 'T1', quantity, priceMinor: 3000 });
const battery = { sku: 'B1', quantity: 1, priceMinor: 4000 };

async function writeAutumn() {
  const { order, message, webhook } = history;
  const thank = (customer: string, orderId: string, sentAt: string) =>
    message({ key: `thank-you:${orderId}`, orderId, customer, status: 'read', sentAt });
  const remind = (customer: string, orderId: string, step: number, sentAt: string, variant?: string) =>
    message({
      ...{ key: `reminder:${orderId}:${step}`, orderId, customer, status: 'delivered', sentAt },
      ...(variant && { variant }),
    });

  // Placed two minutes before Sunday's midnight and paid three after it; Anna buys again on 1 November.
  const midnight = await order({
    ...{ customer: 'anna', placedAt: '2026-10-24T21:58:00Z', status: 'collected', lines: [tyres(2), battery] },
    paid: [{ at: '2026-10-24T22:03:00Z' }],
  });
  await thank('anna', midnight.orderId, '2026-10-24T22:03:10Z');
  await webhook({
    ...{ sessionId: midnight.sessionIds[0] as string },
    ...{ happenedAt: '2026-10-24T22:03:00Z', receivedAt: '2026-10-24T22:03:02Z' },
  });
  // In the 25th hour of that Sunday; the webhook takes 70 s; Ben pays it once more on 5 November, which goes back.
  const lateSunday = await order({
    ...{ customer: 'ben', placedAt: '2026-10-25T22:30:00Z', status: 'collected', lines: [tyres(3)] },
    paid: [{ at: '2026-10-25T22:40:00Z', knownAt: '2026-10-25T22:41:11Z' }, { at: '2026-11-05T10:00:00Z' }],
  });
  await thank('ben', lateSunday.orderId, '2026-10-25T22:42:00Z');
  await webhook({
    ...{ sessionId: lateSunday.sessionIds[0] as string },
    ...{ happenedAt: '2026-10-25T22:40:00Z', receivedAt: '2026-10-25T22:41:10Z' },
  });
  // Ten minutes into Monday; Cleo buys again on 3 November.
  const monday = await order({
    ...{ customer: 'cleo', placedAt: '2026-10-25T23:10:00Z', status: 'collected', lines: [battery] },
    paid: [{ at: '2026-10-25T23:11:40Z' }],
  });
  await thank('cleo', monday.orderId, '2026-10-25T23:12:00Z');
  await webhook({
    ...{ sessionId: monday.sessionIds[0] as string, recovered: true },
    ...{ happenedAt: '2026-10-25T23:11:40Z', receivedAt: '2026-10-26T05:00:00Z' },
  });
  // Paid after the second reminder.
  const reminded = await order({
    ...{ customer: 'anna', placedAt: '2026-11-01T10:00:00Z', status: 'collected' },
    paid: [{ at: '2026-11-01T12:00:00Z' }],
  });
  await remind('anna', reminded.orderId, 1, '2026-11-01T11:00:00Z', 'A');
  await remind('anna', reminded.orderId, 2, '2026-11-01T11:30:00Z');
  await thank('anna', reminded.orderId, '2026-11-01T12:00:05Z');
  // Reminded in vain; after the first, a second being overtaken, with a thank-you that fails; cancelled; and still open.
  const expired = await order({ customer: 'ben', placedAt: '2026-11-03T09:00:00Z', status: 'expired' });
  await remind('ben', expired.orderId, 1, '2026-11-03T10:00:00Z', 'B');
  const again = await order({
    ...{ customer: 'cleo', placedAt: '2026-11-03T09:30:00Z', status: 'collected' },
    paid: [{ at: '2026-11-03T10:45:00Z' }],
  });
  await remind('cleo', again.orderId, 1, '2026-11-03T10:30:00Z', 'A');
  await message({ key: `reminder:${again.orderId}:2`, orderId: again.orderId, customer: 'cleo', status: 'superseded' });
  await message({
    ...{ key: `thank-you:${again.orderId}`, orderId: again.orderId, customer: 'cleo', status: 'undelivered' },
    ...{ sentAt: '2026-11-03T10:45:05Z', failedAt: '2026-11-03T10:46:00Z', code: 63016 },
  });
  await order({ customer: 'cleo', placedAt: '2026-11-03T12:00:00Z', status: 'cancelled' });
  await order({ customer: 'anna', placedAt: '2026-11-09T23:30:00Z', status: 'pending_payment' });
  // Money that came too late and went back.
  await order({
    ...{ customer: 'ben', placedAt: '2026-11-04T09:00:00Z', status: 'expired', sentBack: true },
    paid: [{ at: '2026-11-05T11:00:00Z' }],
  });
  // Half an hour into November, and the last millisecond of October.
  await message({ key: 'm1', customer: 'anna', status: 'failed', failedAt: '2026-10-31T23:30:00Z', code: 63003 });
  await message({ key: 'm2', customer: 'anna', status: 'undelivered', failedAt: '2026-10-31T22:59:59.999Z' });
  for (const [at, microUsd] of [
    ['2026-10-25T22:59:00Z', 1_000],
    ['2026-10-25T23:01:00Z', 2_500],
  ] as const) {
    const day = shopDayOf(new Date(at), timezone);
    const { id: customerId } = await history.customerOf('anna');
    const usage = { inputTokens: 900, cachedInputTokens: 400, outputTokens: 100 };
    await addSpending(database.db, { day, customerId }, { usage, microUsd });
  }
}

async function writeSpring() {
  const { order, message } = history;
  const night = await order({
    ...{ customer: 'cleo', placedAt: '2026-03-28T22:30:00Z', status: 'collected' },
    paid: [{ at: '2026-03-28T23:30:00Z' }],
  });
  const { orderId } = night;
  await message({
    ...{ key: `thank-you:${orderId}`, orderId, customer: 'cleo', status: 'sent', sentAt: '2026-03-28T23:31:00Z' },
  });
  // In dollars, placed on Sunday at 23:50 of summer time, paid on Monday.
  await order({
    ...{ customer: 'cleo', placedAt: '2026-03-29T21:50:00Z', status: 'collected', currency: 'USD', lines: [battery] },
    paid: [{ at: '2026-03-29T22:05:00Z' }],
  });
}

/** What is shown of a measure: start (and subject) to value, zeros left out. */
async function shown(measure: Measure, grain: Grain, day?: string) {
  const { numbers, starts } = await showNumbers(needs(), { grain, ...(day && { day }) });
  const found: Record<string, number> = {};
  for (const number of numbers) {
    expect(starts).toContain(number.startsOn);
    if (number.measure === measure && number.value !== 0)
      found[`${number.startsOn} ${number.subject}`.trim()] = number.value;
  }
  return found;
}

test('sales are on the day of the shop’s their money came, in the night before and the 25th hour of a day, and once', async () => {
  expect(await shown('sales_orders', 'day')).toEqual({
    '2026-10-25 EUR': 2,
    '2026-10-26 EUR': 1,
    '2026-11-01 EUR': 1,
    '2026-11-03 EUR': 1,
  });
  expect(await shown('sales_minor', 'day')).toMatchObject({ '2026-10-25 EUR': 19_000, '2026-10-26 EUR': 4_000 });
  expect(await shown('sales_minor', 'day', '2026-04-01')).toEqual({ '2026-03-29 EUR': 3_000, '2026-03-30 USD': 4_000 });
});

test('weeks begin on Monday, months on their first day; both hold what their days hold', async () => {
  expect(await shown('sales_minor', 'week')).toMatchObject({
    '2026-10-19 EUR': 19_000,
    '2026-10-26 EUR': 7_000,
    '2026-11-02 EUR': 3_000,
  });
  expect(await shown('sales_minor', 'month')).toEqual({
    '2026-03-01 EUR': 3_000,
    '2026-03-01 USD': 4_000,
    '2026-10-01 EUR': 23_000,
    '2026-11-01 EUR': 6_000,
  });
  expect((await showNumbers(needs(), { grain: 'week' })).starts.at(-1)).toBe('2026-11-09');
});

test('what sold is told by product, by day in what is exported', async () => {
  const { products, moreProducts } = await showNumbers(needs(), { grain: 'day' });
  expect(products).toEqual([
    { currency: 'EUR', sku: 'T1', label: '=Tyre <b>T1</b>', pieces: 7, minor: 21_000 },
    { currency: 'EUR', sku: 'B1', label: '=Tyre <b>B1</b>', pieces: 2, minor: 8_000 },
  ]);
  expect(moreProducts).toBe(0);
  const rows = (await exportNumbers(needs(), { grain: 'day' })).filter(({ measure }) => measure === 'product_pieces');
  expect(rows.map(({ startsOn, subject, value }) => [startsOn, subject, value])).toEqual([
    ['2026-10-25', 'EUR B1', 1],
    ['2026-10-25', 'EUR T1', 5],
    ['2026-10-26', 'EUR B1', 1],
    ['2026-11-01', 'EUR T1', 1],
    ['2026-11-03', 'EUR T1', 1],
  ]);
});

test('orders are followed from the day they were placed to what became of them', async () => {
  const read = readerOf((await showNumbers(needs(), { grain: 'day' })).numbers);
  const of = (startsOn: string) =>
    (['orders_placed', 'orders_paid', 'orders_expired', 'orders_cancelled', 'orders_open'] as const).map((measure) =>
      read(measure, { startsOn }),
    );
  expect(of('2026-10-24')).toEqual([1, 1, 0, 0, 0]);
  expect(of('2026-10-25')).toEqual([1, 1, 0, 0, 0]);
  expect(of('2026-11-03')).toEqual([3, 1, 1, 1, 0]);
  expect(of('2026-11-04')).toEqual([1, 0, 1, 0, 0]);
  expect(of('2026-11-10')).toEqual([1, 0, 0, 0, 1]);
});

test('a payment counts for the last reminder that left before it, by step and variant', async () => {
  expect(await shown('reminders_sent', 'month')).toEqual({
    '2026-11-01 1 A': 2,
    '2026-11-01 1 B': 1,
    '2026-11-01 2': 1,
  });
  expect(await shown('reminders_paid', 'month')).toEqual({ '2026-11-01 1 A': 1, '2026-11-01 2': 1 });
  expect(await shown('reminders_paid', 'day')).toEqual({ '2026-11-01 2': 1, '2026-11-03 1 A': 1 });
});

test('who pays another order within 30 days of a thank-you that left has bought again', async () => {
  expect(await shown('thanked', 'day')).toEqual({ '2026-10-25': 2, '2026-10-26': 1, '2026-11-01': 1 });
  expect(await shown('bought_again', 'day')).toEqual({ '2026-10-25': 1, '2026-10-26': 1 });
  expect(await shown('bought_again', 'month')).toEqual({ '2026-03-01': 1, '2026-10-01': 2 });
});

test('times from link to payment and from session to webhook are the median and the 90th percentile', async () => {
  // 300 s and 600 s; 100 s; two hours; 75 minutes.
  expect(await shown('link_to_payment_median_seconds', 'day')).toEqual({
    '2026-10-25': 450,
    '2026-10-26': 100,
    '2026-11-01': 7200,
    '2026-11-03': 4500,
  });
  expect(await shown('link_to_payment_p90_seconds', 'day')).toMatchObject({ '2026-10-25': 570 });
  // 302 s, 2 s of them the webhook's; 670 s and 70 s. What reconciliation found came by no webhook.
  expect(await shown('session_to_webhook_median_seconds', 'day')).toEqual({ '2026-10-25': 486 });
  expect(await shown('session_to_webhook_p90_seconds', 'week')).toEqual({ '2026-10-19': 633.2 });
  expect(await shown('webhook_delay_median_seconds', 'day')).toEqual({ '2026-10-25': 36 });
  expect(await shown('webhook_delay_p90_seconds', 'day')).toEqual({ '2026-10-25': 63.2 });
});

test('a session whose money Stripe had for over 30 s before we knew was pending too long', async () => {
  expect(await shown('sessions_pending_over_30_s', 'day')).toEqual({ '2026-10-25': 1 });
  expect(await shown('sessions_paid', 'day')).toMatchObject({ '2026-10-25': 2, '2026-11-05': 2 });
});

test('messages fail on their day, by Twilio’s code', async () => {
  expect(await shown('messages_failed', 'day')).toEqual({
    '2026-10-31 unknown': 1,
    '2026-11-01 63003': 1,
    '2026-11-03 63016': 1,
  });
});

test('the model’s tokens and money are of the shop’s day, beside the orders paid in it', async () => {
  expect(await shown('model_micro_usd', 'day')).toEqual({ '2026-10-25': 1_000, '2026-10-26': 2_500 });
  expect(await shown('model_tokens', 'week')).toEqual({ '2026-10-19': 1_000, '2026-10-26': 1_000 });
});

const allOf = (): Promise<unknown[]> =>
  database.db.$queryRaw`SELECT * FROM shop_numbers ORDER BY grain, measure, starts_on, subject`;

test('counting again, also twice at once, changes nothing', async () => {
  const before = await allOf();
  expect(await countNumbers(needs())).toEqual({ processed: 0 });
  await Promise.all([countNumbers(needs()), countNumbers(needs())]);
  expect(await allOf()).toEqual(before);
});

test('what was counted from nothing is what was counted step by step', async () => {
  const before = await allOf();
  await database.pool.query('DELETE FROM shop_numbers');
  await database.pool.query('DELETE FROM number_counts');
  await countNumbers(needs());
  expect(await allOf()).toEqual(before);
});

test('what changes while it is not settled is counted again; what no longer is, is gone', async () => {
  await database.pool.query(
    "UPDATE outbound_messages SET status = 'delivered', failed_at = NULL WHERE business_key = 'm2'",
  );
  expect((await countNumbers(needs())).processed).toBe(3);
  expect(await shown('messages_failed', 'day')).toEqual({ '2026-11-01 63003': 1, '2026-11-03 63016': 1 });
  // A day is shown as soon as it has begun there.
  now = new Date('2026-11-10T23:30:00Z');
  expect((await showNumbers(needs(), { grain: 'day' })).starts.at(-1)).toBe('2026-11-11');
  now = new Date('2026-11-10T11:00:00Z');
});

test('a shop that moves its time zone has its days counted anew, all of them', async () => {
  const moved = { ...needs(), timezone: 'America/Guadeloupe' };
  expect((await showNumbers(moved, { grain: 'day' })).countedAt).toBeNull();
  await countNumbers(moved);
  const { numbers, countedAt } = await showNumbers(moved, { grain: 'day', day: '2026-04-01' });
  expect(countedAt).toEqual(now);
  const sales = numbers.filter(({ measure }) => measure === 'sales_orders').map(({ startsOn }) => startsOn);
  expect(sales).toEqual(['2026-03-28', '2026-03-29']);
  await countNumbers(needs());
});
