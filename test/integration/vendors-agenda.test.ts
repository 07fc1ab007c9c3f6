import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import type { Log } from '../../src/ports.ts';
import { type Clockwork, createClockwork } from '../../src/vendors/agenda.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
const logged: string[] = [];
const log: Log = {
  debug() {},
  info() {},
  warn() {},
  error: (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`),
  child: () => log,
  within: (_, act) => act(),
};

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  logged.length = 0;
});

function clockworkTests(mongodbUrl: string | undefined) {
  const open = () => createClockwork({ pool: database.pool, mongodbUrl, log, processEveryMs: 50 });

  async function withClockwork(work: (producer: Clockwork, worker: Clockwork) => Promise<void>) {
    const [producer, worker] = await Promise.all([open(), open()]);
    try {
      await work(producer, worker);
    } finally {
      await Promise.all([producer.stop(), worker.stop()]);
    }
  }

  test('a reminder scheduled by a process that never starts is run by the one that did, with its order', async () => {
    await withClockwork(async (producer, worker) => {
      const seen: unknown[] = [];
      worker.define('remind-unpaid', async (data) => void seen.push(data));
      await producer.scheduler.remindAt('order-1', new Date(Date.now() - 1000));
      await producer.scheduler.remindAt('order-2', new Date(Date.now() + 3600_000));
      await worker.start();
      await until('the reminder was run', () => seen.length > 0);
      expect(seen).toEqual([{ orderId: 'order-1' }]);
    });
  });

  test('a handler that throws is logged and tried again', async () => {
    await withClockwork(async (producer, worker) => {
      let tries = 0;
      worker.define(
        'remind-unpaid',
        async () => {
          tries++;
          if (tries === 1) throw new Error('first time');
        },
        { retries: 1 },
      );
      await producer.scheduler.remindAt('order-3', new Date());
      await worker.start();
      await until('it was tried twice', () => tries >= 2);
      expect(logged.filter((line) => line.startsWith('job failed'))).toEqual([expect.stringContaining('first time')]);
    });
  });

  test('stop waits for the handler that runs, and a repeated job stands once for all processes', async () => {
    const [first, second] = await Promise.all([open(), open()]);
    let finished = false;
    let begun = false;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const handler = async () => {
      begun = true;
      await released;
      finished = true;
    };
    first.define('sweep', handler);
    second.define('sweep', async () => {});
    await Promise.all([first.every('1 hour', 'sweep'), second.every('1 hour', 'sweep')]);
    await first.start();
    await until('the handler runs', () => begun);
    const stopped = first.stop();
    release();
    await stopped;
    expect(finished).toBe(true);
    await second.stop();
  });
}

describe('on PostgreSQL', () => {
  clockworkTests(undefined);

  test('a repeated job is one row', async () => {
    const { rows } = await database.pool.query(`SELECT count(*)::int AS n FROM agenda_jobs WHERE name = 'sweep'`);
    expect(rows[0].n).toBe(1);
  });
});

const mongodbUrl = process.env.MONGODB_URL;
if (mongodbUrl) {
  describe('on MongoDB', () => {
    beforeAll(async () => {
      const client = await MongoClient.connect(mongodbUrl);
      await client.db().collection('agenda_jobs').deleteMany({});
      await client.close();
    });
    clockworkTests(mongodbUrl);
  });
} else {
  process.stderr.write('\nNOT TESTED: Agenda on MongoDB, because MONGODB_URL is not set.\n');
  test.todo('Agenda on MongoDB (set MONGODB_URL)');
}

test('a MongoDB that does not answer is said so', async () => {
  const nobody = 'mongodb://127.0.0.1:9/x?serverSelectionTimeoutMS=200';
  await expect(createClockwork({ pool: database.pool, mongodbUrl: nobody, log })).rejects.toThrow('check MONGODB_URL');
});
