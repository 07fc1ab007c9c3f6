import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { SweepName, Sweeps } from '../../src/domain/sweep.ts';
import { applyRetention } from '../../src/flows/apply-retention.ts';
import { eraseForgotten } from '../../src/flows/erase-forgotten.ts';
import { expireCheckouts } from '../../src/flows/expire-checkouts.ts';
import { recordedSweeps } from '../../src/flows/record-job-run.ts';
import { requestReviews } from '../../src/flows/request-reviews.ts';
import { agentNeeds, OPT_OUT_KEY, openPhone } from '../support/conversation.ts';
import { beginDay, type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../support/money-desk.ts';
import { type LogLine, recordingLog } from '../support/recording-log.ts';
import { after } from '../support/retention-sweep.ts';

// What fails for one is done for the others, and the run counts as failed: on /metrics and to whoever asked for it.

let desk: MoneyDesk;
const lines: LogLine[] = [];
const log = recordingLog(lines);
beforeAll(async () => {
  desk = await openMoneyDesk();
  await beginDay(desk);
  await desk.db.$executeRawUnsafe(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$`);
});
beforeEach(() => {
  lines.length = 0;
});
afterAll(() => desk.close());

/** Runs it as the clock does: what it throws, and what it leaves on record. */
async function runAs(job: SweepName, sweep: () => Promise<{ processed: number }>) {
  const sweeps = recordedSweeps({ db: desk.db, log }, { [job]: sweep } as Sweeps);
  const error: unknown = await sweeps[job]().then(
    ({ processed }) => expect(processed).toBe('a failure'),
    (thrown: unknown) => thrown,
  );
  return { error, run: await desk.db.jobRun.findUniqueOrThrow({ where: { job } }) };
}

/** `change` of a row of `table` fails where `when`, until `act` is over. */
async function whileFailing(
  change: 'INSERT' | 'UPDATE' | 'DELETE',
  table: string,
  when: string,
  act: () => Promise<void>,
) {
  await desk.db.$executeRawUnsafe(
    `CREATE TRIGGER fails BEFORE ${change} ON ${table} FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION fail()`,
  );
  await act();
  await desk.db.$executeRawUnsafe(`DROP TRIGGER fails ON ${table}`);
}

async function someoneWhoWrote() {
  const ana = openPhone(agentNeeds(desk.database));
  await ana.says('bonjour');
  await desk.db.outboundMessage.updateMany({ data: { status: 'delivered' } });
  return ana.customer();
}
const isForgotten = async (id: string) =>
  (await desk.db.customer.findUniqueOrThrow({ where: { id } })).channelAddress === `forgotten:${id}`;

test('a session that Stripe does not end keeps no other from being ended, and each run says so anew', async () => {
  const [stubborn, other] = [await placeOrder(desk), await placeOrder(desk)];
  await desk.sandbox.clock.advance(24 * 60);
  desk.stripe.faults.add({ path: new RegExp(stubborn.sessionId), kind: 'status', status: 400, times: 100 });
  for (const _ of ['once', 'and again']) {
    const { error, run } = await runAs('expire-checkouts', () => expireCheckouts({ ...desk.needs, log }));
    expect(error).toMatchObject({ code: 'checkouts_not_expired', message: expect.stringContaining(stubborn.orderId) });
    expect(run).toMatchObject({ errorCode: 'checkouts_not_expired', lastSuccessAt: null });
    expect((await stateOf(desk, other.orderId)).order).toBe('expired');
  }
  // One line a run for what fails for ever, and nobody is told by Slack or mail.
  expect(lines.filter(({ level }) => level === 'error')).toHaveLength(2);
  expect(await desk.db.notification.count()).toBe(0);
  desk.stripe.faults.clear();
  expect(await expireCheckouts(desk.needs)).toEqual({ processed: 1 });
});

test('who cannot be erased keeps no other from it, and the promise counts as not kept', async () => {
  const [stubborn, other] = [await someoneWhoWrote(), await someoneWhoWrote()];
  const wish = { eraseAskedAt: new Date() };
  await desk.db.customer.updateMany({ where: { id: { in: [stubborn.id, other.id] } }, data: wish });
  const clock = { now: () => new Date(Date.now() + 2 * 3600_000) };
  await whileFailing('UPDATE', 'customers', `OLD.id = '${stubborn.id}'`, async () => {
    const erase = () => eraseForgotten({ db: desk.db, clock, log, optOutKey: OPT_OUT_KEY });
    const { error, run } = await runAs('erase-forgotten', erase);
    expect(error).toMatchObject({ message: `1 of 2 failed, the others are done: ${stubborn.id}` });
    expect(run).toMatchObject({ errorCode: 'customers_not_erased', lastSuccessAt: null });
  });
  expect([await isForgotten(stubborn.id), await isForgotten(other.id)]).toEqual([false, true]);
});

test('retention does what it can, and names the parts that it could not do', async () => {
  const [stubborn, other] = [await someoneWhoWrote(), await someoneWhoWrote()];
  const clock = { now: () => new Date(Date.now() + after('silentCustomers') * 24 * 3600_000) };
  await desk.db.$executeRaw`ALTER TABLE catalogue_imports RENAME TO gone`;
  await whileFailing('UPDATE', 'customers', `OLD.id = '${stubborn.id}'`, async () => {
    const { error, run } = await runAs('apply-retention', () =>
      applyRetention({ db: desk.db, clock, log, optOutKey: OPT_OUT_KEY }),
    );
    expect(error).toMatchObject({
      message: '2 of 10 failed, the others are done: silentCustomers, undecidedImports',
      retryable: true,
    });
    expect(run).toMatchObject({ errorCode: 'retention_incomplete', processed: null, lastSuccessAt: null });
  });
  await desk.db.$executeRaw`ALTER TABLE gone RENAME TO catalogue_imports`;
  expect([await isForgotten(stubborn.id), await isForgotten(other.id)]).toEqual([false, true]);
  expect(lines.map(({ fields }) => fields.customerId ?? fields.part)).toEqual([
    stubborn.id,
    'silentCustomers',
    'undecidedImports',
  ]);
});

test('retention that fails midway counts what it had let go of', async () => {
  const { db } = desk;
  const runIn = (days: number) => {
    const clock = { now: () => new Date(Date.now() + days * 24 * 3600_000) };
    return applyRetention({ db, clock, log, optOutKey: OPT_OUT_KEY });
  };
  // What other tests left, and what these two said: only who they are is left to forget.
  await runIn(after('silentCustomers'));
  const [stubborn, other] = [await someoneWhoWrote(), await someoneWhoWrote()];
  await runIn(after('words'));
  expect(await runIn(after('words'))).toEqual({ processed: 0 });
  // A batch of notices and one more, which fails; counters of one table go before another's fail.
  const old = { channel: 'slack', content: { to: 'team' }, status: 'sent' } as const;
  const created = (index: number) => new Date(Date.UTC(2020, 0, 1, 0, 0, index));
  const notices = Array.from({ length: 1_001 }, (_, n) => ({ ...old, businessKey: `old:${n}`, createdAt: created(n) }));
  await db.notification.createMany({ data: notices });
  await db.staffRateLimit.create({ data: { id: 'x', key: 'x', count: 1, lastRequest: 0 } });
  await db.sendPace.create({ data: { key: 'x', pacedUntil: created(0) } });
  const run = () => runAs('apply-retention', () => runIn(after('silentCustomers')));
  await whileFailing('UPDATE', 'notifications', `OLD.business_key = 'old:1000'`, () =>
    whileFailing('DELETE', 'send_pace', `OLD.key = 'x'`, () =>
      whileFailing('UPDATE', 'customers', `OLD.id = '${stubborn.id}'`, async () => {
        const { error } = await run();
        expect(error).toMatchObject({
          message: '3 of 10 failed, the others are done: notices, silentCustomers, leftovers',
          processed: 1_000 + 1 + 1,
        });
      }),
    ),
  );
  expect([await isForgotten(stubborn.id), await isForgotten(other.id)]).toEqual([false, true]);
  expect(await runIn(after('silentCustomers'))).toEqual({ processed: 3 });
});

test('who cannot be asked how it went keeps nobody else from being asked', async () => {
  const [stubborn, other] = [await placeOrder(desk), await placeOrder(desk)];
  const closedAt = new Date(desk.clock.now().getTime() - 30 * 3600_000);
  await desk.db.$executeRaw`ALTER TABLE orders DISABLE TRIGGER orders_guard_transition`;
  const both = { id: { in: [stubborn.orderId, other.orderId] } };
  await desk.db.order.updateMany({ where: both, data: { status: 'collected', closedAt } });
  await desk.db.$executeRaw`ALTER TABLE orders ENABLE TRIGGER orders_guard_transition`;
  await whileFailing('INSERT', 'outbound_messages', `NEW.order_id = '${stubborn.orderId}'`, async () => {
    const { run } = await runAs('request-reviews', () => requestReviews({ ...desk.needs, log }));
    expect(run.errorCode).toBe('reviews_not_requested');
  });
  expect((await stateOf(desk, other.orderId)).told).toContain('review');
});
