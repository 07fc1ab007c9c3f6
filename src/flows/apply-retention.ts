import type { Db } from '../db/client.ts';
import { deleteOldConsent } from '../db/consent-events.ts';
import { type Emptied, emptyRawMessages, emptyWords, type WalkedTo } from '../db/kept-conversations.ts';
import {
  BATCH,
  deleteLeftovers,
  deleteStaffDeeds,
  dropUndecidedImports,
  emptyNotices,
  emptyStripeBodies,
  forgetFormerStaff,
} from '../db/kept-records.ts';
import { forgetSilent, SILENT_AT_ONCE, type SilentCustomer, silentCustomers } from '../db/silent-customers.ts';
import { ENDING_ACTIONS } from '../domain/audit.ts';
import { keptSince } from '../domain/retention.ts';
import type { Clock, Log } from '../ports.ts';
import { type Count, type SweepResult, sweepEach } from './sweep.ts';
import { startTimer } from './time-limit.ts';

// Agenda hands a job to another process after a minute. Each part has its share, so that a backlog of one delays no other.
const LONGEST_PART_MS = 6_000;

/** Lets go of one kind of thing until its time is over, and counts as it goes: also one that fails midway has done what it had done. */
type Part = (isTimeOver: () => boolean, count: Count) => Promise<void>;

type Needs = { db: Db; clock: Clock; log: Log; optOutKey: Uint8Array };

/**
 * Lets go of what has been kept as long as it is kept (domain/retention.ts): small transactions, each whole for itself, so that it
 * may stop anywhere, run again and beside itself. What does not fit the time waits for the next run. A part that fails keeps no
 * other from its turn; then this throws. What is open stays; of orders and money nothing goes but the person.
 */
export async function applyRetention(needs: Needs): Promise<SweepResult> {
  const { db, clock, log } = needs;
  const now = clock.now();
  const parts: Record<string, Part> = {
    rawMessages: (isTimeOver, count) =>
      walkAll(isTimeOver, count, (after) =>
        emptyRawMessages(db, { now, before: keptSince('rawMessages', now), after }),
      ),
    words: (isTimeOver, count) =>
      walkAll(isTimeOver, count, (after) => emptyWords(db, { now, before: keptSince('words', now), after })),
    stripeBodies: (isTimeOver, count) =>
      untilFew(isTimeOver, count, () => [emptyStripeBodies(db, { now, before: keptSince('stripeBodies', now) })]),
    notices: (isTimeOver, count) =>
      untilFew(isTimeOver, count, () => [emptyNotices(db, { now, before: keptSince('words', now) })]),
    silentCustomers: (isTimeOver, count) => forgetAll(needs, isTimeOver, count, now),
    staffDeeds: (isTimeOver, count) =>
      untilFew(isTimeOver, count, () => deleteStaffDeeds(db, keptSince('staffDeeds', now), ENDING_ACTIONS)),
    formerStaff: async (_, count) => count(await forgetFormerStaff(db, keptSince('staffDeeds', now))),
    leftovers: (isTimeOver, count) =>
      untilFew(isTimeOver, count, () => deleteLeftovers(db, { now, before: keptSince('leftovers', now) })),
    undecidedImports: async (_, count) => count(await dropUndecidedImports(db, keptSince('undecidedImports', now))),
    consentOfForgotten: async (_, count) => count(await deleteOldConsent(db, keptSince('consentOfForgotten', now))),
  };
  return sweepEach(Object.entries(parts), {
    log,
    act: async ([, run], count) => {
      await run(startTimer({ longestMs: LONGEST_PART_MS }), count);
      return 0;
    },
    facts: ([part]) => ({ part }),
    ...{ complaint: 'a part of what is over was not let go', code: 'retention_incomplete' },
    // Each has its own.
    isTimeOver: () => false,
  });
}

async function walkAll(
  isTimeOver: () => boolean,
  count: Count,
  step: (after: WalkedTo | undefined) => Promise<Emptied>,
): Promise<void> {
  let after: WalkedTo | undefined;
  do {
    const done = await step(after);
    count(done.emptied);
    after = done.next;
  } while (after && !isTimeOver());
}

/** `round` answers how many each of its statements let go of. */
async function untilFew(
  isTimeOver: () => boolean,
  count: Count,
  round: () => AsyncIterable<number> | Iterable<Promise<number>>,
): Promise<void> {
  let sum: number;
  do {
    sum = 0;
    for await (const done of round()) {
      count(done);
      sum += done;
    }
  } while (sum >= BATCH && !isTimeOver());
}

async function forgetAll(needs: Needs, isTimeOver: () => boolean, count: Count, at: Date): Promise<void> {
  const { db, log, optOutKey } = needs;
  const since = keptSince('silentCustomers', at);
  await sweepEach(allSilent(db, since), {
    log,
    act: async (customer) => {
      count(Number(await forgetSilent(db, { ...customer, since, at, optOutKey })));
      return 0;
    },
    facts: ({ customerId }) => ({ customerId }),
    ...{ complaint: 'a customer was not forgotten', code: 'customers_not_forgotten', isTimeOver },
  });
}

async function* allSilent(db: Db, since: Date): AsyncGenerator<SilentCustomer> {
  let after: SilentCustomer | undefined;
  do {
    const found = await silentCustomers(db, since, after);
    yield* found;
    after = found.length < SILENT_AT_ONCE ? undefined : found.at(-1);
  } while (after);
}
