import type { Prisma, ReconciliationPart } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';

export type { ReconciliationPart };

type Run = {
  part: ReconciliationPart;
  /** Midnight UTC. */
  day: Date;
  startedAt: Date;
};
export type FinishedRun = Run & {
  finishedAt: Date;
  coveredUntil?: Date;
  repaired: number;
  remaining: number;
  details?: object;
  dueAt?: Date;
};

/** Notes how a run ended; runs of the same day add up what they repaired, the last one says what remains. */
export async function recordRun(db: Db, run: FinishedRun): Promise<void> {
  const { part, day, startedAt, finishedAt, coveredUntil = null, repaired, remaining, details = {} } = run;
  const dueAt = run.dueAt ?? startedAt;
  await db.$executeRaw`
    INSERT INTO reconciliations AS known
      (part, day, started_at, finished_at, covered_until, repaired, remaining, details, due_at)
    VALUES (${part}::"ReconciliationPart", ${day}::date, ${startedAt}::timestamptz, ${finishedAt}::timestamptz,
      ${coveredUntil}::timestamptz, ${repaired}::int, ${remaining}::int, ${JSON.stringify(details)}::jsonb,
      ${dueAt}::timestamptz)
    ON CONFLICT (part, day) DO UPDATE SET started_at = EXCLUDED.started_at, finished_at = EXCLUDED.finished_at,
      covered_until = GREATEST(known.covered_until, EXCLUDED.covered_until),
      repaired = known.repaired + EXCLUDED.repaired, remaining = EXCLUDED.remaining, details = EXCLUDED.details,
      due_at = EXCLUDED.due_at, error = NULL`;
}

/** Notes that a run did not get to its end; what earlier ones found stays. */
export async function recordFailedRun(db: Db, { part, day, startedAt, error }: Run & { error: string }): Promise<void> {
  await db.$executeRaw`
    INSERT INTO reconciliations (part, day, started_at, error)
    VALUES (${part}::"ReconciliationPart", ${day}::date, ${startedAt}::timestamptz, ${error})
    ON CONFLICT (part, day) DO UPDATE SET started_at = EXCLUDED.started_at, error = EXCLUDED.error`;
}

/** A stretch of Stripe's events of which the newest part was read; when the rest was too, all is here until `coveredUntil`. */
export type UnreadEvents = { from: Date; until: Date; coveredUntil: Date };
export type EventsProgress = { coveredUntil: Date | undefined; unread: UnreadEvents | undefined };

/**
 * Until when Stripe's events are known to be here (undefined before the first run), and what the last run left unread. What was noted
 * for days to come, by a clock that was years ahead, counts only once they are here.
 */
export async function eventsProgress(db: Db, now: Date): Promise<EventsProgress> {
  const where = { part: 'events', day: { lte: now } } as const;
  const { _max } = await db.reconciliation.aggregate({ where, _max: { coveredUntil: true } });
  const last = await db.reconciliation.findFirst({ where, orderBy: { startedAt: 'desc' } });
  const { unread } = (last?.details ?? {}) as { unread?: Record<keyof UnreadEvents, string> };
  return {
    // Of today a clock that is minutes ahead may have covered more than there is.
    coveredUntil: _max.coveredUntil ? new Date(Math.min(_max.coveredUntil.getTime(), now.getTime())) : undefined,
    unread: unread && {
      from: new Date(unread.from),
      until: new Date(unread.until),
      coveredUntil: new Date(unread.coveredUntil),
    },
  };
}

export type ComparedDay = Pick<Prisma.ReconciliationGetPayload<object>, 'day' | 'coveredUntil' | 'remaining' | 'dueAt'>;

/** The days since then whose ledger has been looked at, however that went. */
export function comparedDays(db: Db, since: Date): Promise<ComparedDay[]> {
  return db.reconciliation.findMany({
    where: { part: 'ledger', day: { gte: since } },
    select: { day: true, coveredUntil: true, remaining: true, dueAt: true },
  });
}

/**
 * Takes the right to compare a day's ledger now, when it is due. Of many processes one gets it; when that one dies, the
 * day is due again at `retryAt`.
 */
export async function claimLedgerDay(db: Db, claim: { day: Date; now: Date; retryAt: Date }): Promise<boolean> {
  const { day, now, retryAt } = claim;
  const count = await db.$executeRaw`
    INSERT INTO reconciliations AS known (part, day, started_at, due_at)
    VALUES ('ledger', ${day}::date, ${now}::timestamptz, ${retryAt}::timestamptz)
    ON CONFLICT (part, day) DO UPDATE SET started_at = EXCLUDED.started_at, due_at = EXCLUDED.due_at
    WHERE known.due_at <= EXCLUDED.started_at`;
  return count === 1;
}

/** What of reconciliation an operator watches; of the ledger the days that are still looked at. */
export type ReconciliationHealth = {
  /** Events that no webhook brought, since the beginning. */
  paymentEventsRecovered: number;
  ledgerDifferences: number;
  /** Seconds since each part last got to its end, for a day that has come; absent before it did. */
  reconciliationAges: { part: ReconciliationPart; seconds: number }[];
};

export async function measureReconciliation(db: Db, now: Date, ledgerSince: Date): Promise<ReconciliationHealth> {
  const [paymentEventsRecovered, ledger, parts] = await Promise.all([
    db.paymentEvent.count({ where: { recovered: true } }),
    db.reconciliation.aggregate({ where: { part: 'ledger', day: { gte: ledgerSince } }, _sum: { remaining: true } }),
    db.reconciliation.groupBy({
      by: ['part'],
      where: { finishedAt: { not: null }, day: { lte: now } },
      _max: { finishedAt: true },
    }),
  ]);
  return {
    paymentEventsRecovered,
    ledgerDifferences: ledger._sum.remaining ?? 0,
    reconciliationAges: parts.map(({ part, _max }) => ({
      part,
      seconds: Math.round((now.getTime() - (_max.finishedAt ?? now).getTime()) / 1000),
    })),
  };
}
