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
import { type SweepResult, sweepEach } from './sweep.ts';
import { startTimer } from './time-limit.ts';

// Agenda hands a job to another process after a minute. Each part has its share, so that a backlog of one delays no other.
const LONGEST_PART_MS = 6_000;

type Needs = { db: Db; clock: Clock; log: Log; optOutKey: Uint8Array };

/**
 * Lets go of what has been kept as long as it is kept (domain/retention.ts): small transactions, each whole for itself, so that it
 * may stop anywhere, run again and beside itself. What does not fit the time waits for the next run. A part that fails keeps no
 * other from its turn; then this throws. What is open stays; of orders and money nothing goes but the person.
 */
export async function applyRetention(needs: Needs): Promise<SweepResult> {
  const { db, clock, log } = needs;
  const now = clock.now();
  const parts: Record<string, (isTimeOver: () => boolean) => Promise<number>> = {
    rawMessages: (isTimeOver) =>
      walkAll(isTimeOver, (after) => emptyRawMessages(db, { now, before: keptSince('rawMessages', now), after })),
    words: (isTimeOver) =>
      walkAll(isTimeOver, (after) => emptyWords(db, { now, before: keptSince('words', now), after })),
    stripeBodies: (isTimeOver) =>
      untilFew(isTimeOver, () => emptyStripeBodies(db, { now, before: keptSince('stripeBodies', now) })),
    notices: (isTimeOver) => untilFew(isTimeOver, () => emptyNotices(db, { now, before: keptSince('words', now) })),
    silentCustomers: (isTimeOver) => forgetAll(needs, isTimeOver, now),
    staffDeeds: (isTimeOver) =>
      untilFew(isTimeOver, () => deleteStaffDeeds(db, keptSince('staffDeeds', now), ENDING_ACTIONS)),
    formerStaff: () => forgetFormerStaff(db, keptSince('staffDeeds', now)),
    leftovers: (isTimeOver) =>
      untilFew(isTimeOver, () => deleteLeftovers(db, { now, before: keptSince('leftovers', now) })),
    undecidedImports: () => dropUndecidedImports(db, keptSince('undecidedImports', now)),
    consentOfForgotten: () => deleteOldConsent(db, keptSince('consentOfForgotten', now)),
  };
  return sweepEach(Object.entries(parts), {
    log,
    act: ([, run]) => run(startTimer({ longestMs: LONGEST_PART_MS })),
    facts: ([part]) => ({ part }),
    ...{ complaint: 'a part of what is over was not let go', code: 'retention_incomplete' },
    // Each has its own.
    isTimeOver: () => false,
  });
}

async function walkAll(
  isTimeOver: () => boolean,
  step: (after: WalkedTo | undefined) => Promise<Emptied>,
): Promise<number> {
  let [emptied, after] = [0, undefined as WalkedTo | undefined];
  do {
    const done = await step(after);
    emptied += done.emptied;
    after = done.next;
  } while (after && !isTimeOver());
  return emptied;
}

async function untilFew(isTimeOver: () => boolean, step: () => Promise<number>): Promise<number> {
  let [sum, done] = [0, 0];
  do {
    done = await step();
    sum += done;
  } while (done >= BATCH && !isTimeOver());
  return sum;
}

async function forgetAll({ db, log, optOutKey }: Needs, isTimeOver: () => boolean, at: Date): Promise<number> {
  const since = keptSince('silentCustomers', at);
  const { processed } = await sweepEach(allSilent(db, since), {
    log,
    act: (customer) => forgetSilent(db, { ...customer, since, at, optOutKey }),
    facts: ({ customerId }) => ({ customerId }),
    ...{ complaint: 'a customer was not forgotten', code: 'customers_not_forgotten', isTimeOver },
  });
  return processed;
}

async function* allSilent(db: Db, since: Date): AsyncGenerator<SilentCustomer> {
  let after: SilentCustomer | undefined;
  do {
    const found = await silentCustomers(db, since, after);
    yield* found;
    after = found.length < SILENT_AT_ONCE ? undefined : found.at(-1);
  } while (after);
}
