import type { Db, SqlPool } from '../db/client.ts';
import { notifyTeam } from '../db/notifications.ts';
import { firstAttemptAt } from '../db/payment-attempts.ts';
import { countRecoveredEvents, knownEventIds, storePaymentEvent } from '../db/payment-events.ts';
import { eventsCoveredUntil } from '../db/reconciliations.ts';
import type { Nudge } from '../db/work-nudges.ts';
import { RECONCILED_DAYS, utcDayOf } from '../domain/utc-day.ts';
import type { Clock, Log, Payments, Period, VerifiedEvent } from '../ports.ts';
import { runRecorded } from './run-recorded.ts';
import type { SweepResult } from './sweep.ts';
import { startTimer, type TimeLimit } from './time-limit.ts';

export type EventNeeds = {
  db: Db;
  pool: SqlPool;
  nudge: Nudge;
  clock: Clock;
  log: Log;
  payments: Pick<Payments, 'listEvents'>;
};

const MINUTE_MS = 60_000;
const KEPT_MS = RECONCILED_DAYS * 24 * 60 * MINUTE_MS;
/** What is younger is left to its webhook, which may be under way. */
const LEFT_TO_WEBHOOKS_MS = 2 * MINUTE_MS;
// A list may lag behind what it lists: what the last run had just missed is seen by the next.
const OVERLAP_MS = 10 * MINUTE_MS;
// Progress is kept by such pieces, so that a month is fetched over several runs.
const PIECE_MS = 60 * MINUTE_MS;
const BATCH = 100;

/** The latest moment until which events are looked for. */
export const eventsUntil = (now: Date): Date => new Date(now.getTime() - LEFT_TO_WEBHOOKS_MS);

/**
 * Stores the events that no webhook brought since the last run, from the oldest on, at most 30 days back; workers handle
 * them like any other. All of Stripe's are compared, also those it calls delivered: a webhook endpoint that points
 * elsewhere takes them too (fault 30). The team is told once a day.
 */
export async function recoverEvents(needs: EventNeeds, limit: TimeLimit): Promise<SweepResult> {
  const isTimeOver = startTimer(limit);
  const now = needs.clock.now();
  const until = eventsUntil(now);
  let processed = 0;
  try {
    for (let from = await beginning(needs, now); from < until && !isTimeOver(); ) {
      const piece = { from, until: new Date(Math.min(from.getTime() + PIECE_MS, until.getTime())) };
      const { repaired } = await runRecorded(needs, { part: 'events', day: utcDayOf(now) }, async () => {
        const { missing, isWhole } = await fetchMissedEvents(needs, piece, { isTimeOver });
        return { repaired: missing, remaining: 0, ...(isWhole && { coveredUntil: piece.until }) };
      });
      processed += repaired;
      from = piece.until;
    }
  } finally {
    await tellOfMissedWebhooks(needs, now);
  }
  return { processed };
}

/** Where the last run ended; at first where the shop began, before which no event can be about an order of its. */
async function beginning({ db, log }: EventNeeds, now: Date): Promise<Date> {
  const oldest = new Date(now.getTime() - KEPT_MS);
  const known = await eventsCoveredUntil(db);
  const since = known ?? (await firstAttemptAt(db)) ?? eventsUntil(now);
  const from = new Date(since.getTime() - OVERLAP_MS);
  if (from >= oldest) return from;
  if (known) log.error({ since: from, keptSince: oldest }, 'Stripe has forgotten events that were never looked for');
  return oldest;
}

/**
 * Stores what Stripe lists for a period and we have not; `isDry` only counts it. In batches, never a whole list in memory.
 * `isWhole` is false when the time was over before the list was.
 */
export async function fetchMissedEvents(
  needs: EventNeeds,
  period: Period,
  { isDry = false, isTimeOver = () => false }: { isDry?: boolean; isTimeOver?: () => boolean } = {},
): Promise<{ listed: number; missing: number; isWhole: boolean }> {
  let [listed, missing] = [0, 0];
  let batch: VerifiedEvent[] = [];
  const takeBatch = async () => {
    listed += batch.length;
    missing += await storeMissing(needs, batch, isDry);
    batch = [];
  };
  for await (const event of needs.payments.listEvents(period)) {
    batch.push(event);
    if (batch.length < BATCH) continue;
    await takeBatch();
    if (isTimeOver()) return { listed, missing, isWhole: false };
  }
  await takeBatch();
  return { listed, missing, isWhole: true };
}

async function storeMissing(needs: EventNeeds, events: readonly VerifiedEvent[], isDry: boolean): Promise<number> {
  const ids = events.map(({ id }) => id);
  const known = ids.length > 0 ? await knownEventIds(needs.db, ids) : new Set();
  const missing = events.filter(({ id }) => !known.has(id));
  if (isDry) return missing.length;
  let stored = 0;
  for (const event of missing) {
    const receivedAt = needs.clock.now();
    const values = { ...event, happenedAt: event.happenedAt ?? receivedAt, receivedAt, recovered: true };
    // A webhook or another run may have stored it in between: then it is theirs.
    if ((await storePaymentEvent(needs.pool, values)) === 'stored') stored++;
  }
  if (stored > 0) needs.nudge('payment_events');
  return stored;
}

/** Told from what is stored, so that a run that was cut short after storing is told of by the next. */
export async function tellOfMissedWebhooks({ db, log }: EventNeeds, at: Date): Promise<void> {
  const day = utcDayOf(at);
  const count = await countRecoveredEvents(db, day);
  if (count === 0) return;
  const isNews = await notifyTeam(db, {
    ...{ key: `webhooks-missed:${day.name}`, kind: 'webhooks_missed', values: { count }, at },
  });
  if (isNews) log.error({ count }, 'Stripe events came by no webhook: check the endpoint with npm run stripe:setup');
}
