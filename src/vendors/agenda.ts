import { PostgresBackend } from '@agendajs/postgres-backend';
import { Agenda, type AgendaBackend } from 'agenda';
import type { Pool } from 'pg';
import { AppError, describeError } from '../domain/errors.ts';
import type { Log, Scheduler } from '../ports.ts';

/** What Agenda is to us: a clock that wakes idempotent work, at least once. The truth stays in our own rows. */
export type Clockwork = {
  scheduler: Scheduler;
  /** What runs under `name`. A handler that throws is logged and, for `retries` times, tried again. */
  define(name: string, handler: (data: unknown) => Promise<void>, options?: { retries?: number }): void;
  /** Once per interval over all processes, e.g. '1 minute'; needs `define` first. */
  every(interval: string, name: string): Promise<void>;
  /** Begins to run jobs: only the worker calls it; a web process schedules without ever starting. */
  start(): Promise<void>;
  /** Throws when MongoDB does not answer. Absent where jobs are in PostgreSQL. */
  pingMongodb?(): Promise<void>;
  /** Takes no more jobs, gives back what it holds at once and waits for the running ones; can still schedule. */
  rest(): Promise<void>;
  /** Rests, and closes what it opened (not the pool). */
  stop(): Promise<void>;
};

const REMIND_UNPAID = 'remind-unpaid';
// A crashed job runs again after this; handlers are idempotent, so too early is only work done twice.
const LOCK_LIFETIME_MS = 60_000;
const FIRST_RETRY_MS = 2_000;
// Whoever asks /readyz waits for this.
const PING_TIMEOUT_MS = 2_000;

type Backend = { backend: AgendaBackend; ping?: () => Promise<void>; close(): Promise<void> };

async function openBackend(pool: Pool, mongodbUrl: string | undefined): Promise<Backend> {
  if (mongodbUrl === undefined) {
    // Agenda connects by itself and leaves a failure unhandled: it is met here instead.
    await pool.query('SELECT 1');
    // A migration made the table (processes that boot together race on its DDL). No LISTEN: it costs each process a
    // connection whose loss kills it, and nothing here is urgent: work that is, is nudged by the database's own NOTIFY.
    const backend = new PostgresBackend({
      pool,
      tableName: 'agenda_jobs',
      ensureSchema: false,
      disableNotifications: true,
    });
    return { backend, close: async () => {} };
  }
  // The driver's own 30 s would look like a hang at start; the address may say otherwise.
  const isTold = mongodbUrl.includes('serverSelectionTimeoutMS');
  // Only here: the driver is 33 MB of every process that does without it.
  const [{ MongoBackend }, { MongoClient }] = await Promise.all([import('@agendajs/mongo-backend'), import('mongodb')]);
  const client = new MongoClient(mongodbUrl, isTold ? {} : { serverSelectionTimeoutMS: 10_000 });
  try {
    await client.connect();
  } catch (error) {
    await client.close();
    throw new AppError('mongodb_unreachable', 'MongoDB does not answer: check MONGODB_URL', {
      retryable: true,
      cause: error,
    });
  }
  const backend = new MongoBackend({ mongo: client.db(), collection: 'agenda_jobs', ensureIndex: true });
  const ping = async () => {
    await client.db().command({ ping: 1 }, { timeoutMS: PING_TIMEOUT_MS });
  };
  return { backend, ping, close: () => client.close() };
}

/** Jobs in PostgreSQL, on the pool given, or in MongoDB where `mongodbUrl` is set. */
export async function createClockwork(options: {
  pool: Pool;
  mongodbUrl: string | undefined;
  log: Log;
  /** How late a job may start. */
  processEveryMs?: number;
}): Promise<Clockwork> {
  const { pool, log } = options;
  const { backend, ping, close } = await openBackend(pool, options.mongodbUrl);
  const agenda = new Agenda({
    backend,
    processEvery: options.processEveryMs ?? 5_000,
    maxConcurrency: 20,
    defaultConcurrency: 5,
    defaultLockLifetime: LOCK_LIFETIME_MS,
    removeOnComplete: true,
  });
  agenda.on('error', (error) => log.error({ error: describeError(error) }, 'agenda failed'));
  await agenda.ready;
  const running = new Set<Promise<void>>();

  async function runLogged(name: string, handler: (data: unknown) => Promise<void>, data: unknown): Promise<void> {
    const run = handler(data);
    running.add(run);
    try {
      await run;
    } catch (error) {
      log.error({ job: name, error: describeError(error) }, 'job failed');
      throw error; // Agenda counts it and applies the backoff
    } finally {
      running.delete(run);
    }
  }

  async function rest(): Promise<void> {
    await agenda.stop(false);
    await Promise.allSettled(running);
  }

  return {
    scheduler: {
      async remindAt(orderId, at) {
        await agenda.schedule(at, REMIND_UNPAID, { orderId });
      },
    },
    define(name, handler, { retries = 0 } = {}) {
      const backoff = ({ attempt }: { attempt: number }) => (attempt > retries ? null : FIRST_RETRY_MS * 2 ** attempt);
      agenda.define(name, (job) => runLogged(name, handler, job.attrs.data), { backoff });
    },
    async every(interval, name) {
      await agenda.every(interval, name);
    },
    async start() {
      await agenda.start();
    },
    ...(ping && { pingMongodb: ping }),
    rest,
    async stop() {
      await rest();
      await close();
    },
  };
}
