import { PostgresBackend } from '@agendajs/postgres-backend';
import type { AgendaBackend, JobParameters, JobRepository } from 'agenda';
import type { MongoClient } from 'mongodb';
import type { Pool } from 'pg';
import { AppError, describeError } from '../domain/errors.ts';
import type { Log } from '../ports.ts';

/** A crashed job runs again after this; handlers are idempotent, so too early is only work done twice. */
export const LOCK_LIFETIME_MS = 60_000;
// Whoever asks /readyz waits for this.
const PING_TIMEOUT_MS = 2_000;
const SAVE_AGAIN_MS = 1_000;

/**
 * The driver's own patience is for ever for an answer and half a minute for a connection: whoever asks while nobody answers would
 * wait long after MongoDB is back. An order made meanwhile waits this long, once. What the address says goes before.
 */
const ANSWERS_WITHIN_MS = 3_000;
const PATIENCE = {
  serverSelectionTimeoutMS: ANSWERS_WITHIN_MS,
  connectTimeoutMS: ANSWERS_WITHIN_MS,
  // timeoutMS would be the one for all, but has no effect since version 7 of the driver.
  socketTimeoutMS: ANSWERS_WITHIN_MS,
  waitQueueTimeoutMS: ANSWERS_WITHIN_MS,
  heartbeatFrequencyMS: 2_000,
};

export type Backend = {
  backend: AgendaBackend;
  ping?: () => Promise<void>;
  /** From now on no job is locked; those that are being locked are let go. Resolves when none is any more. */
  lockNoMore(): Promise<void>;
  /** Resolves when nothing is being locked, saved or removed. */
  settled(): Promise<void>;
  /** Lets a job go that did not end: it is run again at once, by whoever is there. */
  handBack(job: JobParameters): Promise<void>;
  /**
   * Makes a repeated job due now that is due, or locked, later than at `latest`: by a clock that was ahead, as no other could. Agenda
   * itself leaves it so for ever, whoever starts.
   */
  bringForward(name: string, latest: Date): Promise<void>;
  close(): Promise<void>;
};

export async function openBackend(pool: Pool, mongodbUrl: string | undefined, log: Log): Promise<Backend> {
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
    await backend.connect();
    const bringForward = async (name: string, latest: Date) => {
      await pool.query(
        `UPDATE agenda_jobs SET next_run_at = $3, locked_at = CASE WHEN locked_at <= $2 THEN locked_at END
         WHERE name = $1 AND type = 'single' AND (next_run_at > $2 OR locked_at > $2)`,
        [name, latest, new Date()],
      );
    };
    return { ...steady(backend, log), bringForward, close: async () => {} };
  }
  const { MongoBackend } = await import('@agendajs/mongo-backend');
  const client = await openMongodb(mongodbUrl);
  const backend = new MongoBackend({ mongo: client.db(), collection: 'agenda_jobs', ensureIndex: true });
  await backend.connect().catch((error) => notAnswering(client, error));
  const ping = async () => {
    await client.db().command({ ping: 1 }, { signal: AbortSignal.timeout(PING_TIMEOUT_MS) });
  };
  const bringForward = async (name: string, latest: Date) => {
    // Of locks none is left: here Agenda ends them itself when a repeated job is defined again.
    const jobs = client.db().collection('agenda_jobs');
    const putOff = { name, type: 'single', nextRunAt: { $gt: latest } };
    await jobs.updateOne(putOff, { $set: { nextRunAt: new Date() } });
  };
  return { ...steady(backend, log), ping, bringForward, close: () => client.close() };
}

async function openMongodb(url: string): Promise<MongoClient> {
  const told = url.toLowerCase();
  const patience = Object.entries(PATIENCE).filter(([key]) => !told.includes(key.toLowerCase()));
  // Only here: the driver is 33 MB of every process that does without it.
  const mongodb = await import('mongodb');
  const client = new mongodb.MongoClient(url, Object.fromEntries(patience));
  await client.connect().catch((error) => notAnswering(client, error));
  return client;
}

async function notAnswering(client: MongoClient, cause: unknown): Promise<never> {
  await client.close();
  throw new AppError('mongodb_unreachable', 'MongoDB does not answer: check MONGODB_URL', { retryable: true, cause });
}

/** Throws AppError when MongoDB does not answer, or does not let us in; for the doctor: nothing is made there. */
export async function checkMongodb(url: string): Promise<void> {
  const client = await openMongodb(url);
  const jobs = client.db().collection('agenda_jobs');
  // A ping is answered without a log-in, too.
  await jobs.findOne().catch((error) => notAnswering(client, error));
  await client.close();
}

/** An open backend as Agenda may use it through outages and at the end. */
function steady(opened: AgendaBackend, log: Log): Pick<Backend, 'backend' | 'lockNoMore' | 'settled' | 'handBack'> {
  const { repository } = opened;
  // Not Agenda's own unlock: a job that runs once has no next run any more, and unlocked it would never be run again.
  const handBack = (job: JobParameters) =>
    repository.saveJobState({ ...job, lockedAt: undefined, nextRunAt: job.nextRunAt ?? new Date() }, undefined);
  const underWay = new Set<Promise<unknown>>();
  const settled = async () => void (await Promise.allSettled(underWay));
  let isOver = false;

  async function lockNext(...query: Parameters<JobRepository['getNextJobToRun']>) {
    const job = await repository.getNextJobToRun(...query);
    if (!job || !isOver) return job;
    await handBack(job);
    return undefined;
  }

  // Agenda tries once, and a job whose end it could not write stays locked for a minute.
  async function saveStubbornly(...[job, options]: Parameters<JobRepository['saveJobState']>): Promise<void> {
    const lockEndsAt = (job.lastRunAt?.getTime() ?? Date.now()) + LOCK_LIFETIME_MS;
    for (;;) {
      try {
        return await repository.saveJobState(job, options);
      } catch (error) {
        // Past that another process may have the job.
        if (isOver || isGone(error) || Date.now() + SAVE_AGAIN_MS + ANSWERS_WITHIN_MS > lockEndsAt) throw error;
        log.warn({ job: job.name, error: describeError(error) }, 'a job was not noted, trying again');
        await new Promise((resolve) => setTimeout(resolve, SAVE_AGAIN_MS));
      }
    }
  }

  function noted<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  }

  const own: Pick<JobRepository, 'getNextJobToRun' | 'removeJobs' | 'saveJobState' | 'unlockJob'> = {
    // Agenda goes on locking after its stop what it will not run any more.
    getNextJobToRun: async (...query) => (isOver ? undefined : noted(lockNext(...query))),
    removeJobs: (which) => noted(repository.removeJobs(which)),
    saveJobState: (job, options) => noted(saveStubbornly(job, options)),
    // Agenda waits for no answer: a failure would end the process. The lock lapses by itself.
    async unlockJob(job) {
      await repository
        .unlockJob(job)
        .catch((error) => log.warn({ job: job.name, error: describeError(error) }, 'a job was not let go'));
    },
  };
  return {
    backend: {
      name: opened.name,
      repository: Object.assign(Object.create(repository), own),
      ownsConnection: false,
      connect: async () => {},
      disconnect: async () => {},
    },
    settled,
    handBack,
    async lockNoMore() {
      isOver = true;
      await settled();
    },
  };
}

/** Both backends say so of a row that is not there: trying again finds it no more. */
const isGone = (error: unknown) =>
  error instanceof Error && error.message.includes('cannot be updated in the database');
