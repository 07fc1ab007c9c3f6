import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { scheduleJobs } from '../../src/jobs/schedule.ts';
import { createLog } from '../../src/log.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import { agentNeeds, openPhone, scriptedModel } from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

type Line = Record<string, unknown> & { msg: string };
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

function recording() {
  const lines: Line[] = [];
  const written: string[] = [];
  const write = (line: string) => {
    written.push(line);
    lines.push(JSON.parse(line));
  };
  return { log: createLog({ level: 'debug', destination: { write } }), lines, written };
}

test('works side by side each log their own ids, deeper ones with those around them, and nothing afterwards', async () => {
  const { log, lines } = recording();
  const work = (orderId: string) =>
    log.within({ orderId }, async () => {
      await setTimeout(1);
      log.info({}, orderId);
      await log.within({ job: 'remind-unpaid' }, async () =>
        log.child({ role: 'worker' }).info({}, `${orderId} deeper`),
      );
      log.info({}, `${orderId} again`);
    });
  await Promise.all([work('first'), work('second')]);
  log.info({}, 'after');
  const of = (msg: string) => lines.find((line) => line.msg === msg);
  for (const orderId of ['first', 'second']) {
    expect(of(orderId)).toMatchObject({ orderId });
    expect(of(`${orderId} deeper`)).toMatchObject({ orderId, job: 'remind-unpaid', role: 'worker' });
    expect(of(`${orderId} again`)).not.toHaveProperty('job');
  }
  expect(of('after')).not.toHaveProperty('orderId');
});

test('ids that come along are redacted as any field is', () => {
  const { log, written } = recording();
  log.within({ from: 'whatsapp:+590690123456', note: 'marie@example.com' }, () => log.info({}, 'x'));
  expect(written.join('')).not.toMatch(/590690123456|marie/);
});

test("every line of a turn names its conversation once, a tool's and the model's too", async () => {
  const { log, lines, written } = recording();
  const { model } = scriptedModel([
    () => {
      log.warn({}, 'from inside the model call');
      throw new Error('the model is away');
    },
  ]);
  const ana = openPhone(agentNeeds(database, { log, model }));
  await ana.says('que me conseillez-vous pour la montagne en hiver ?');
  const { id } = await database.db.conversation.findFirstOrThrow();
  expect(lines.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(['from inside the model call', 'the model failed, rules answer', 'turn answered']),
  );
  for (const line of lines) expect(line).toMatchObject({ conversationId: id });
  for (const line of written) expect(line.match(/conversationId/g)).toHaveLength(1);
});

test("every line of a job names it, and a reminder's its order", async () => {
  const { log, lines } = recording();
  const jobs = new Map<string, (data: unknown) => Promise<void>>();
  const clock = {
    define: (name: string, run: (data: unknown) => Promise<void>) => void jobs.set(name, run),
    every: async () => {},
  };
  const sweep = async () => {
    log.info({}, 'inside');
    return { processed: 1 };
  };
  const remindUnpaidOrder = async () => {
    log.info({}, 'inside');
    return true;
  };
  const sweeps = { 'expire-checkouts': sweep } as unknown as Parameters<typeof scheduleJobs>[1]['sweeps'];
  await scheduleJobs(clock, { remindUnpaidOrder, sweeps, log, tracer: untraced });
  const orderId = '6f0b6d2e-0b7a-4f0e-9d8e-3f1f2b7f8c11';
  await jobs.get('remind-unpaid')?.({ orderId });
  await jobs.get('expire-checkouts')?.({});
  expect(lines).toMatchObject([
    { msg: 'inside', job: 'remind-unpaid', orderId },
    { msg: 'inside', job: 'expire-checkouts' },
    { msg: 'sweep done', job: 'expire-checkouts' },
  ]);
});
