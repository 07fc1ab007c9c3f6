import { storableJson } from '../domain/storable.ts';
import { type PaymentEventOutcome, Prisma } from '../generated/prisma/client.ts';
import type { Db, SqlPool, Tx } from './client.ts';
import { gatherWrites } from './gather-writes.ts';
import { LEASE_SECONDS } from './lease.ts';
import { despiteCuts } from './transact.ts';

export type NewPaymentEvent = {
  id: string;
  type: string;
  livemode: boolean;
  json: string;
  happenedAt: Date;
  receivedAt: Date;
  /** Found at Stripe, not brought by a webhook. */
  recovered?: boolean;
};

// One event or many, in the order they came. Payloads are JSON already and go as they are.
const STORE = {
  name: 'store-payment-events',
  text: `INSERT INTO payment_events (stripe_event_id, type, livemode, payload, happened_at, received_at, recovered)
    SELECT id, type, livemode, payload, "happenedAt", "receivedAt", recovered
    FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (id text, type text, livemode boolean, "happenedAt" timestamptz,
      "receivedAt" timestamptz, recovered boolean), jsonb_array_elements($2::jsonb)) WITH ORDINALITY
      AS event (id, type, livemode, "happenedAt", "receivedAt", recovered, payload, ordinality)
    ORDER BY ordinality
    ON CONFLICT (stripe_event_id) DO NOTHING RETURNING stripe_event_id AS id`,
};

export type StorePaymentEvent = (event: NewPaymentEvent) => Promise<'stored' | 'duplicate'>;

/** Stores a verified event once per Stripe event id, before Stripe is told that we have it (fault 29). What an earlier try stored is told as a duplicate. */
export function createEventStore(pool: SqlPool): StorePaymentEvent {
  return gatherWrites(
    async (events: NewPaymentEvent[]) => {
      const facts = events.map(({ id, type, livemode, happenedAt, receivedAt, recovered = false }) => ({
        ...{ id, type, livemode, happenedAt, receivedAt, recovered },
      }));
      const payloads = `[${events.map(({ json }) => storableJson(json)).join()}]`;
      const values = [JSON.stringify(facts), payloads];
      const { rows } = await pool.query<{ id: string }>({ ...STORE, values });
      const stored = new Set(rows.map(({ id }) => id));
      // Of the same event twice in one statement, the first is the one that was stored.
      return events.map(({ id }) => (stored.delete(id) ? 'stored' : 'duplicate'));
    },
    { maxItems: 100 },
  );
}

/** Which of these Stripe events are stored already. */
export async function knownEventIds(db: Db, stripeEventIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.paymentEvent.findMany({
    where: { stripeEventId: { in: [...stripeEventIds] } },
    select: { stripeEventId: true },
  });
  return new Set(rows.map(({ stripeEventId }) => stripeEventId));
}

/** How many events reconciliation had to fetch in that time, because no webhook brought them. */
export function countRecoveredEvents(db: Db, { from, until }: { from: Date; until: Date }): Promise<number> {
  return db.paymentEvent.count({ where: { recovered: true, receivedAt: { gte: from, lt: until } } });
}

export type ClaimedEvent = {
  id: string;
  type: string;
  payload: unknown;
  attempts: number;
  receivedAt: Date;
  /** Found at Stripe, not brought by a webhook. */
  recovered: boolean;
};

/** The next event to work on, claimed under a lease so that a crash only delays it. */
export async function claimNextPaymentEvent(db: Db): Promise<ClaimedEvent | undefined> {
  const [claimed] = await db.$queryRaw<ClaimedEvent[]>`
    UPDATE payment_events SET attempts = attempts + 1, claimed_until = now() + ${LEASE_SECONDS}::int * interval '1 second'
    WHERE id = (
      SELECT id FROM payment_events
      WHERE outcome = 'received' AND next_attempt_at <= now() AND (claimed_until IS NULL OR claimed_until < now())
      ORDER BY next_attempt_at, seq FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING id, type, payload, attempts, received_at AS "receivedAt", recovered`;
  return claimed;
}

/** How an event ended: about which order, or why it was about none of ours. */
export type EventEnd = {
  outcome: PaymentEventOutcome;
  orderId?: string;
  reason?: string;
  error?: string;
  at: Date;
};

/** Keeps a claim while its event is worked on; nothing when another worker has it by now. */
export async function renewEventClaim(db: Db, claimed: ClaimedEvent): Promise<void> {
  await db.$executeRaw`
    UPDATE payment_events SET claimed_until = now() + ${LEASE_SECONDS}::int * interval '1 second'
    WHERE id = ${claimed.id}::uuid AND outcome = 'received' AND attempts = ${claimed.attempts}::int`;
}

/** Closes an event; nothing when its lease was lost and another worker has claimed it since. */
export async function closePaymentEvent(db: Db, claimed: ClaimedEvent, end: EventEnd): Promise<void> {
  const where = { id: claimed.id, outcome: 'received', attempts: claimed.attempts } as const;
  const { outcome, orderId = null, reason = null, error = null, at } = end;
  const data = { outcome, orderId, reason, lastError: error, handledAt: at, claimedUntil: null };
  await despiteCuts(() => db.paymentEvent.updateMany({ where, data }));
}

export async function retryPaymentEventLater(
  db: Db,
  claimed: ClaimedEvent,
  delaySeconds: number,
  error: string,
): Promise<void> {
  await despiteCuts(
    () => db.$executeRaw`
    UPDATE payment_events SET claimed_until = NULL, last_error = ${error},
      next_attempt_at = now() + ${delaySeconds}::int * interval '1 second'
    WHERE id = ${claimed.id}::uuid AND outcome = 'received' AND attempts = ${claimed.attempts}::int`,
  );
}

export type GivenUpEvent = { id: string; stripeEventId: string; orderId: string | null };

/** Why an event is ignored that was given up, when a manager has seen to it another way. */
const SEEN_TO = 'seen to by a manager';

/**
 * Queues events that were given up once more, as if they had just come, with `foreign` also those about no payment of ours;
 * all of them, or those named, which may be such that a manager has seen to. Answers those queued.
 */
export async function requeueFailedEvents(
  db: Db | Tx,
  { stripeEventIds, foreign }: { stripeEventIds?: readonly string[]; foreign: boolean },
): Promise<GivenUpEvent[]> {
  // As literals, so that the partial index payment_events_failed is used.
  const outcomes = foreign ? Prisma.sql`outcome IN ('failed', 'foreign')` : Prisma.sql`outcome = 'failed'`;
  const which = stripeEventIds
    ? Prisma.sql`(${outcomes} OR outcome = 'ignored' AND reason = ${SEEN_TO}) AND stripe_event_id = ANY(${[...stripeEventIds]}::text[])`
    : outcomes;
  return db.$queryRaw<GivenUpEvent[]>`
    UPDATE payment_events SET outcome = 'received', attempts = 0, next_attempt_at = now(), claimed_until = NULL,
      reason = NULL, handled_at = NULL
    WHERE ${which}
      -- Of what was let go (db/kept-records.ts) nothing can be made any more.
      AND emptied_at IS NULL
    RETURNING id, stripe_event_id AS "stripeEventId", order_id AS "orderId"`;
}

/**
 * Notes that a manager has seen to one that was given up: there is nothing to do about it any more, and what it said is let go in its
 * time (db/kept-records.ts). What its last try met stays beside it until then. Answers it; undefined when it was not given up.
 */
export async function settleFailedEvent(
  tx: Tx,
  { id, at }: { id: string; at: Date },
): Promise<GivenUpEvent | undefined> {
  const [row] = await tx.$queryRaw<GivenUpEvent[]>`
    UPDATE payment_events SET outcome = 'ignored', reason = ${SEEN_TO}, handled_at = ${at}::timestamptz
    WHERE id = ${id}::uuid AND outcome = 'failed'
    RETURNING id, stripe_event_id AS "stripeEventId", order_id AS "orderId"`;
  return row;
}

/** An event as it came and what became of it, for people to read. */
export type KeptEvent = {
  id: string;
  stripeEventId: string;
  type: string;
  outcome: PaymentEventOutcome;
  /** Why it is foreign or ignored, and what the last try met. */
  reason: string | null;
  /** Whether it may be worked on again by its id (requeueFailedEvents). */
  mayReplay: boolean;
  attempts: number;
  happenedAt: Date;
  receivedAt: Date;
  handledAt: Date | null;
  orderId: string | null;
  /** The whole of it as Stripe sent it. */
  payload: unknown;
};

export async function findPaymentEvent(db: Db, id: string): Promise<KeptEvent | undefined> {
  const row = await db.paymentEvent.findUnique({ where: { id } });
  if (!row) return undefined;
  const { stripeEventId, type, outcome, attempts, happenedAt, receivedAt, handledAt, orderId, payload } = row;
  const reason = [row.reason, row.lastError].filter(Boolean).join(': ') || null;
  const isOver = outcome === 'failed' || outcome === 'foreign' || (outcome === 'ignored' && row.reason === SEEN_TO);
  const facts = { id, stripeEventId, type, outcome, reason, attempts, happenedAt, receivedAt, handledAt, orderId };
  return { ...facts, mayReplay: isOver && row.emptiedAt === null, payload };
}
