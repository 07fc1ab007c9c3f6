import { Agenda, type Job } from 'agenda';
import type { Pool } from 'pg';
import { describeError } from '../domain/errors.ts';
import type { Log, Scheduler } from '../ports.ts';
import { LOCK_LIFETIME_MS, openBackend } from './agenda-backend.ts';

/** What Agenda is to us: a clock that wakes idempotent work, at least once. The truth stays in our own rows. */
export type Clockwork = {
  scheduler: Scheduler;
  /** What runs under `name`. A handler that throws is logged and, for `retries` times, tried again. */
  define(name: string, handler: (data: unknown) => Promise<void>, options?: { retries?: number }): void;
  /** Once per interval over all processes, e.g. '1 minute', whenever it was due before; needs `define` first. */
  every(interval: string, name: string): Promise<void>;
  /** Begins to run jobs: only the worker calls it; a web process schedules without ever starting. */
  start(): Promise<void>;
  /** Throws when MongoDB does not answer. Absent where jobs are in PostgreSQL. */
  pingMongodb?(): Promise<void>;
  /** Takes no more jobs and waits 15 s for the running ones; what still runs then is handed back, to be run again. Never throws. */
  rest(): Promise<void>;
  /** Rests, then closes what it opened (not the pool). */
  stop(): Promise<void>;
};

const REMIND_UNPAID = 'remind-unpaid';
const FIRST_RETRY_MS = 2_000;
// A process is killed 25 s after SIGTERM (roles.ts); handing back must still reach the database.
const FINISH_WITHIN_MS = 15_000;

export type ClockworkOptions = {
  pool: Pool;
  mongodbUrl: string | undefined;
  log: Log;
  /** How late a job may start. */
  processEveryMs?: number;
  /** How long a running job is waited for at the end. */
  finishWithinMs?: number;
};

/** Jobs in PostgreSQL, on the pool given, or in MongoDB where `mongodbUrl` is set. */
export async function createClockwork(options: ClockworkOptions): Promise<Clockwork> {
  const { log, finishWithinMs = FINISH_WITHIN_MS } = options;
  const { backend, ping, lockNoMore, settled, handBack, bringForward, close } = await openBackend(
    options.pool,
    options.mongodbUrl,
    log,
  );
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
  const running = new Set<Job>();
  let resting: Promise<void> | undefined;
  agenda.on('start', (job: Job) => running.add(job));
  // Comes when the job's end is written, which a handler's own end does not tell.
  agenda.on('complete', (job: Job) => running.delete(job));

  async function runLogged(name: string, handler: (data: unknown) => Promise<void>, data: unknown): Promise<void> {
    try {
      await handler(data);
    } catch (error) {
      log.error({ job: name, error: describeError(error) }, 'job failed');
      throw error; // Agenda counts it and applies the backoff
    }
  }

  const orLapse = (error: unknown) =>
    log.warn({ error: describeError(error) }, 'jobs were not let go: their locks lapse in a minute');

  async function rest(): Promise<void> {
    await lockNoMore();
    await agenda.stop(false).catch(orLapse);
    // A job whose beginning is being written has not told so yet.
    await settled();
    await new Promise(setImmediate);
    await allCompleted(agenda, running, finishWithinMs);
    // Only after it has told so does Agenda remove what is done for good.
    await new Promise(setImmediate);
    await settled();
    for (const { attrs } of running) {
      log.warn({ job: attrs.name }, 'a job did not end in time and is handed back');
      await handBack(attrs).catch(orLapse);
    }
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
      const { nextRunAt } = agenda.create(name).repeatEvery(interval, { skipImmediate: true }).attrs;
      if (nextRunAt) await bringForward(name, nextRunAt);
    },
    async start() {
      await agenda.start();
    },
    ...(ping && { pingMongodb: ping }),
    rest() {
      resting ??= rest();
      return resting;
    },
    async stop() {
      resting ??= rest();
      await resting;
      await close();
    },
  };
}

async function allCompleted(agenda: Agenda, running: Set<Job>, withinMs: number): Promise<void> {
  if (running.size === 0) return;
  await new Promise<void>((resolve) => {
    const givenUp = setTimeout(resolve, withinMs);
    agenda.on('complete', () => {
      if (running.size > 0) return;
      clearTimeout(givenUp);
      resolve();
    });
  });
}
