import type { Db } from '../db/client.ts';
import { notifyTeam } from '../db/notifications.ts';
import { firstAttemptAt } from '../db/payment-attempts.ts';
import { countRecoveredEvents, knownEventIds, type StorePaymentEvent } from '../db/payment-events.ts';
import { eventsProgress, type UnreadEvents } from '../db/reconciliations.ts';
import type { Nudge } from '../db/work-nudges.ts';
import { RECONCILED_DAYS, type UtcDay, utcDayOf } from '../domain/utc-day.ts';
import type { Clock, Log, Payments, Period, VerifiedEvent } from '../ports.ts';
import { runRecorded } from './run-recorded.ts';
import type { SweepResult } from './sweep.ts';
import { startTimer, type TimeLimit } from './time-limit.ts';

export type EventNeeds = {
  db: Db;
  storeEvent: StorePaymentEvent;
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
// Progress is kept by pieces, so that a month is fetched over several runs.
const FIRST_PIECE_MS = MINUTE_MS;
const LONGEST_PIECE_MS = 24 * 60 * MINUTE_MS;
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
  let [processed, pieceMs] = [0, FIRST_PIECE_MS];
  const progress = await eventsProgress(needs.db, now);
  const pieceFrom = (from: Date): UnreadEvents => {
    const end = new Date(Math.min(from.getTime() + pieceMs, until.getTime()));
    return { from, until: end, coveredUntil: end };
  };
  try {
    let piece = progress.unread ?? pieceFrom(await beginning(needs, now, progress.coveredUntil));
    while (piece.from < until && !isTimeOver()) {
      const { repaired, details } = await readPiece(needs, piece, { day: utcDayOf(now), isTimeOver });
      processed += repaired;
      if (details) break;
      pieceMs = Math.min(pieceMs * 2, LONGEST_PIECE_MS);
      piece = pieceFrom(piece.coveredUntil);
    }
  } finally {
    await tellOfMissedWebhooks(needs, now);
  }
  return { processed };
}

type Within = { day: UtcDay; isTimeOver: () => boolean };

/** Stripe lists the newest first: what there was no time for is the older part, which is noted for the next run. */
function readPiece(needs: EventNeeds, piece: UnreadEvents, { day, isTimeOver }: Within) {
  return runRecorded(needs, { part: 'events', day }, async () => {
    const { missing, unreadUntil } = await fetchMissedEvents(needs, piece, { isTimeOver });
    const found = { repaired: missing, remaining: 0 };
    if (!unreadUntil) return { ...found, coveredUntil: piece.coveredUntil, details: undefined };
    return { ...found, details: { unread: { ...piece, until: unreadUntil } } };
  });
}

/** Where the last run ended; at first where the shop began, before which no event can be about an order of its. */
async function beginning({ db, log }: EventNeeds, now: Date, known: Date | undefined): Promise<Date> {
  const oldest = new Date(now.getTime() - KEPT_MS);
  const since = known ?? (await firstAttemptAt(db)) ?? eventsUntil(now);
  const from = new Date(since.getTime() - OVERLAP_MS);
  if (from >= oldest) return from;
  if (known) log.error({ since: from, keptSince: oldest }, 'Stripe has forgotten events that were never looked for');
  return oldest;
}

/**
 * Stores what Stripe lists for a period and we have not; `isDry` only counts it. In batches, never a whole list in memory.
 * When the time is over before the list is, `unreadUntil` says until when it was not read.
 */
export async function fetchMissedEvents(
  needs: EventNeeds,
  period: Period,
  { isDry = false, isTimeOver = () => false }: { isDry?: boolean; isTimeOver?: () => boolean } = {},
): Promise<{ listed: number; missing: number; unreadUntil?: Date }> {
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
    const { happenedAt } = event;
    await takeBatch();
    // The end of a period is not part of it, and this very moment may hold more.
    if (happenedAt && isTimeOver()) return { listed, missing, unreadUntil: new Date(happenedAt.getTime() + 1) };
  }
  await takeBatch();
  return { listed, missing };
}

async function storeMissing(needs: EventNeeds, events: readonly VerifiedEvent[], isDry: boolean): Promise<number> {
  const ids = events.map(({ id }) => id);
  const known = ids.length > 0 ? await knownEventIds(needs.db, ids) : new Set();
  const missing = events.filter(({ id }) => !known.has(id));
  if (isDry) return missing.length;
  const outcomes = await Promise.all(
    missing.map((event) => {
      const receivedAt = needs.clock.now();
      return needs.storeEvent({ ...event, happenedAt: event.happenedAt ?? receivedAt, receivedAt, recovered: true });
    }),
  );
  // A webhook or another run may have stored one in between: then it is theirs.
  const stored = outcomes.filter((outcome) => outcome === 'stored').length;
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
