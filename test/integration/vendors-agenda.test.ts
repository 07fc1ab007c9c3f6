import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { type Clockwork, createClockwork } from '../../src/vendors/agenda.ts';
import { deferred } from '../support/deferred.ts';
import { type MongodbStandIn, startMongodbStandIn } from '../support/mongodb/stand-in.ts';
import { textLog } from '../support/recording-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
const logged: string[] = [];
const log = textLog(logged);

let standIn: MongodbStandIn;
beforeAll(async () => {
  [database, standIn] = await Promise.all([createTestDatabase(), startMongodbStandIn()]);
});
afterAll(async () => {
  await standIn.stop();
  await database.close();
});
beforeEach(() => {
  logged.length = 0;
});

type KeptJob = { name: string; lockedAt: Date | null };

async function jobsOnPostgresql(): Promise<KeptJob[]> {
  const { rows } = await database.pool.query('SELECT name, locked_at AS "lockedAt" FROM agenda_jobs');
  return rows;
}

async function jobsOnMongodb(url: string): Promise<KeptJob[]> {
  const client = await MongoClient.connect(url);
  const jobs = await client.db().collection('agenda_jobs').find().toArray();
  await client.close();
  return jobs.map(({ name, lockedAt = null }) => ({ name, lockedAt }));
}

type Times = { nextRunAt: Date; lockedAt: Date | null };

async function putOffOnPostgresql(name: string, { nextRunAt, lockedAt }: Times): Promise<void> {
  const times = [nextRunAt, lockedAt];
  await database.pool.query('UPDATE agenda_jobs SET next_run_at = $2, locked_at = $3 WHERE name = $1', [
    name,
    ...times,
  ]);
}

async function putOffOnMongodb(url: string, name: string, times: Times): Promise<void> {
  const client = await MongoClient.connect(url);
  await client.db().collection('agenda_jobs').updateOne({ name }, { $set: times });
  await client.close();
}

/** Like the shop's, but that it looks for what is due twenty times a second. */
const openClockwork = (mongodbUrl?: string, more: { finishWithinMs?: number } = {}) =>
  createClockwork({ pool: database.pool, mongodbUrl, log, processEveryMs: 50, ...more });

/** What the clock promises wherever it keeps its jobs. */
function clockworkTests(mongodbUrlOf: () => string | undefined) {
  const open = (more = {}) => openClockwork(mongodbUrlOf(), more);
  const jobs = () => {
    const url = mongodbUrlOf();
    return url === undefined ? jobsOnPostgresql() : jobsOnMongodb(url);
  };

  const putOff = (name: string, times: Times) => {
    const url = mongodbUrlOf();
    return url === undefined ? putOffOnPostgresql(name, times) : putOffOnMongodb(url, name, times);
  };

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

  test('a repeated job that fails every time is run at its next interval, no sooner and for ever', async () => {
    await withClockwork(async (_, worker) => {
      const startedAt: number[] = [];
      worker.define('sweep', async () => {
        startedAt.push(performance.now());
        throw new Error('as ever');
      });
      await worker.every('1 second', 'sweep');
      await worker.start();
      await until('it was run three times', () => startedAt.length >= 3);
      const [, second = 0, third = 0] = startedAt;
      expect(third - second).toBeGreaterThan(500);
    });
  });

  const IN_YEARS = new Date(Date.now() + 10 * 365 * 24 * 3600_000);
  const IN_HALF_AN_HOUR = new Date(Date.now() + 1800_000);

  /** How often an hourly job that stands so is run by a worker that starts. */
  async function runsAtStart(name: string, times: Times, atLeast: number): Promise<number> {
    let [runs, beats] = [0, 0];
    await withClockwork(async (before, worker) => {
      for (const each of [before, worker]) {
        each.define(name, async () => void runs++);
        each.define('beat', async () => void beats++);
      }
      await before.every('1 hour', name);
      await putOff(name, times);
      await worker.every('1 hour', name);
      await worker.every('1 second', 'beat');
      await worker.start();
      await until('it was run, or others were twice', () => beats >= 2 && runs >= atLeast);
    });
    return runs;
  }

  test.each([
    ['put off', { nextRunAt: IN_YEARS, lockedAt: null }],
    ['locked', { nextRunAt: new Date(), lockedAt: IN_YEARS }],
    ['locked and put off', { nextRunAt: IN_YEARS, lockedAt: IN_YEARS }],
  ])('a repeated job that a clock years ahead has %s is run by the next worker that starts', async (how, times) => {
    expect(await runsAtStart(`sweep ${how}`, times, 1)).toBe(1);
  });

  test('a repeated job that is due within its interval is run no sooner because a worker starts', async () => {
    expect(await runsAtStart('sweep in time', { nextRunAt: IN_HALF_AN_HOUR, lockedAt: null }, 0)).toBe(0);
  });

  test('stop waits for the handler that runs, and a repeated job stands once for all processes', async () => {
    const [first, second] = await Promise.all([open(), open()]);
    let finished = false;
    let begun = false;
    const released = deferred();
    const handler = async () => {
      begun = true;
      await released.promise;
      finished = true;
    };
    first.define('sweep', handler);
    second.define('sweep', async () => {});
    await Promise.all([first.every('1 hour', 'sweep'), second.every('1 hour', 'sweep')]);
    await first.start();
    await until('the handler runs', () => begun);
    const stopped = first.stop();
    released.resolve();
    await stopped;
    expect(finished).toBe(true);
    await second.stop();
    expect((await jobs()).filter(({ name }) => name === 'sweep')).toEqual([{ name: 'sweep', lockedAt: null }]);
  });

  test('a job that is done when the process stops is noted as done before its connections are closed', async () => {
    await withClockwork(async (producer, worker) => {
      const released = deferred();
      let begun = 0;
      worker.define('remind-unpaid', async () => {
        begun++;
        await released.promise;
      });
      for (const order of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
        await producer.scheduler.remindAt(order, new Date(Date.now() - 1000));
      }
      const before = (await jobs()).filter(({ name }) => name === 'remind-unpaid').length;
      await worker.start();
      await until('as many run as may at once', () => begun === 5);
      const stopped = worker.stop();
      setImmediate(released.resolve);
      await stopped;
      // Those that were begun are noted as done and gone; of the others none is locked, order-2 of the first test among them.
      const left = (await jobs()).filter(({ name }) => name === 'remind-unpaid');
      expect(left.map(({ lockedAt }) => lockedAt)).toEqual(Array(before - begun).fill(null));
    });
  });

  test('a job that hangs when the process stops is handed back, and run by another at once', async () => {
    await withClockwork(async (producer, next) => {
      const hanging = await open({ finishWithinMs: 100 });
      let hangs = false;
      hanging.define('hang', async () => {
        hangs = true;
        await new Promise(() => {});
      });
      await hanging.every('1 hour', 'hang');
      hanging.define('remind-unpaid', () => new Promise(() => {}));
      await producer.scheduler.remindAt('order-hanging', new Date(Date.now() - 1000));
      await hanging.start();
      await until('it hangs', async () => hangs && (await jobs()).some(({ lockedAt }) => lockedAt));
      await hanging.stop();
      expect((await jobs()).filter(({ lockedAt }) => lockedAt)).toEqual([]);

      const seen: unknown[] = [];
      next.define('remind-unpaid', async (data) => void seen.push(data));
      await next.start();
      await until('the next process ran it', () => seen.some((data) => JSON.stringify(data).includes('order-hanging')));
    });
  });
}

describe('on PostgreSQL', () => {
  clockworkTests(() => undefined);

  test('the clock goes on by itself after PostgreSQL cut its connections', async () => {
    const clockwork = await openClockwork();
    let runs = 0;
    clockwork.define('tick', async () => void runs++);
    await clockwork.every('1 second', 'tick');
    await clockwork.start();
    await until('it ticks', () => runs > 0);
    const cutAt = runs;
    await database.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await until('it ticks again', () => runs > cutAt + 1);
    await clockwork.stop();
  });

  test('a repeated job is one row', async () => {
    const { rows } = await database.pool.query(`SELECT count(*)::int AS n FROM agenda_jobs WHERE name = 'sweep'`);
    expect(rows[0].n).toBe(1);
  });
});

describe('on the stand-in for MongoDB', () => {
  clockworkTests(() => standIn.url);

  test('a job that ends while MongoDB is away is noted when it is back, not when its lock lapses', async () => {
    const clockwork = await openClockwork(standIn.url);
    let runs = 0;
    const released = deferred();
    clockwork.define('long', async () => {
      runs++;
      await released.promise;
    });
    await clockwork.every('1 second', 'long');
    await clockwork.start();
    await until('it runs', () => runs === 1);
    await standIn.goAway();
    released.resolve();
    await until('its end could not be noted', () => logged.some((line) => line.includes('was not noted')));
    await standIn.comeBack();
    await until('it runs again', () => runs > 1);
    await clockwork.stop();
  });

  test('a MongoDB that hangs is said so within seconds, to who asks and who schedules', async () => {
    const clockwork = await createClockwork({ pool: database.pool, mongodbUrl: standIn.url, log });
    standIn.hang();
    try {
      const askedAt = Date.now();
      await expect(clockwork.scheduler.remindAt('order-9', new Date())).rejects.toThrow();
      const refusedAt = Date.now();
      expect(refusedAt - askedAt).toBeLessThan(10_000);
      await expect(clockwork.pingMongodb?.()).rejects.toThrow();
      expect(Date.now() - refusedAt).toBeLessThan(10_000);
    } finally {
      await standIn.comeBack();
    }
    await clockwork.stop();
  });

  test('what the stand-in does not know it refuses, as MongoDB would', async () => {
    const client = await MongoClient.connect(standIn.url);
    await expect(client.db().command({ mapReduce: 'agenda_jobs' })).rejects.toMatchObject({
      codeName: 'CommandNotFound',
    });
    await client.close();
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
    clockworkTests(() => mongodbUrl);
  });
} else {
  process.stderr.write('\nNOT TESTED: Agenda on a real MongoDB (a stand-in only), because MONGODB_URL is not set.\n');
  test.todo('Agenda on a real MongoDB (set MONGODB_URL)');
}

test('a MongoDB that does not answer is said so', async () => {
  const nobody = 'mongodb://127.0.0.1:9/x?serverSelectionTimeoutMS=200';
  await expect(createClockwork({ pool: database.pool, mongodbUrl: nobody, log })).rejects.toThrow('check MONGODB_URL');
});
