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
import { describeError } from '../domain/errors.ts';
import { keptSince } from '../domain/retention.ts';
import type { Clock, Log } from '../ports.ts';
import type { SweepResult } from './sweep.ts';
import { startTimer } from './time-limit.ts';

// Agenda hands a job to another process after a minute. Each part has its share, so that a backlog of one delays no other.
const LONGEST_PART_MS = 6_000;

type Needs = { db: Db; clock: Clock; log: Log; optOutKey: Uint8Array };

/**
 * Lets go of what has been kept as long as it is kept (domain/retention.ts): small transactions, each whole for itself, so that it
 * may stop anywhere, run again and beside itself. What does not fit the time waits for the next run. A part that fails is logged
 * and keeps no other from its turn. What is open stays; of orders and money nothing goes but the person.
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
  let processed = 0;
  for (const [part, run] of Object.entries(parts)) {
    try {
      processed += await run(startTimer({ longestMs: LONGEST_PART_MS }));
    } catch (error) {
      log.error({ part, error: describeError(error) }, 'a part of what is over was not let go');
    }
  }
  return { processed };
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
  let [forgotten, after] = [0, undefined as SilentCustomer | undefined];
  do {
    const found = await silentCustomers(db, since, after);
    for (const customer of found) {
      if (isTimeOver()) return forgotten;
      try {
        if (await forgetSilent(db, { ...customer, since, at, optOutKey })) forgotten++;
      } catch (error) {
        log.error({ customerId: customer.customerId, error: describeError(error) }, 'a customer was not forgotten');
      }
    }
    after = found.length < SILENT_AT_ONCE ? undefined : found.at(-1);
  } while (after);
  return forgotten;
}
