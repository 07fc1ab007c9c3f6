import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { remindUnpaidOrders } from '../../src/flows/remind-unpaid.ts';
import { reportDay } from '../../src/flows/report-day.ts';
import { createClockwork } from '../../src/vendors/agenda.ts';
import { type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../support/money-desk.ts';
import { silentLog } from '../support/silent-log.ts';
import { until } from '../support/until.ts';

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterAll(() => desk.close());

const backends = [['PostgreSQL', undefined] as const];
const mongodbUrl = process.env.MONGODB_URL;
describe.each(mongodbUrl ? [...backends, ['MongoDB', mongodbUrl] as const] : backends)('on %s', (_name, url) => {
  test('two schedulers at once run a repeated job once an interval', async () => {
    const open = () =>
      createClockwork({ pool: desk.database.pool, mongodbUrl: url, log: silentLog, processEveryMs: 50 });
    const schedulers = await Promise.all([open(), open()]);
    const beganAt: number[] = [];
    try {
      for (const each of schedulers) each.define('tick', async () => void beganAt.push(performance.now()));
      await Promise.all(schedulers.map((each) => each.every('1 second', 'tick')));
      await Promise.all(schedulers.map((each) => each.start()));
      await until('it ran four times', () => beganAt.length >= 4);
    } finally {
      await Promise.all(schedulers.map((each) => each.stop()));
    }
    const gaps = beganAt.slice(1).map((at, index) => at - (beganAt[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(500);
  });
});

/** Two workers of the shop, the second's clock five minutes ahead of the first's; whoever is asked works at once. */
function workersApart(at: Date) {
  const clocks = [0, 5].map((minutes) => ({ now: () => new Date(at.getTime() + minutes * 60_000) }));
  const terms = { modelTerms: { shopDailyMicroUsd: null } };
  return clocks.map((clock) => ({ ...desk.needs, clock, ...terms }));
}

test('a reminder leaves once from two workers whose clocks differ by five minutes', async () => {
  const { orderId } = await placeOrder(desk);
  const inMinutes = (minutes: number) => new Date(desk.clock.now().getTime() + minutes * 60_000);
  // Due for the one that is ahead only; then for both, at once and one after the other.
  for (const minutes of [57, 61, 62]) {
    const workers = workersApart(inMinutes(minutes));
    await Promise.all(workers.map((each) => remindUnpaidOrders(each)));
    for (const each of workers.reverse()) await remindUnpaidOrders(each);
    expect((await stateOf(desk, orderId)).told).toEqual(['payment-link', 'reminder']);
  }
});

test('a report leaves once from two workers whose clocks differ by five minutes', async () => {
  await placeOrder(desk);
  const tomorrow = new Date(desk.clock.now().getTime() + 24 * 3600_000).toISOString().slice(0, 10);
  // The first is before 8:00 by its clock, at 8:00, and beyond; the second's minutes are in another hour.
  for (const time of ['07:57', '08:00', '08:58', '23:57']) {
    const workers = workersApart(new Date(`${tomorrow}T${time}:00Z`));
    await Promise.all(workers.map((each) => reportDay(each)));
    for (const each of workers.reverse()) await reportDay(each);
    const told = await desk.db.notification.findMany({ where: { businessKey: { startsWith: 'daily-report:' } } });
    expect(told.map(({ channel }) => channel).sort()).toEqual(['email', 'slack']);
  }
});
