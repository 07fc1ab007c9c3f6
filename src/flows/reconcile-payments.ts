import type { ReconciliationPart } from '../db/reconciliations.ts';
import { utcDayOf } from '../domain/utc-day.ts';
import type { LedgerNeeds } from './compare-ledger.ts';
import { type AttemptNeeds, reconcileAttempts } from './reconcile-attempts.ts';
import { reconcileLedger } from './reconcile-ledger.ts';
import { type EventNeeds, recoverEvents } from './recover-events.ts';
import { runRecorded } from './run-recorded.ts';
import { resultOf, type SweepResult, sweepEach } from './sweep.ts';
import { tellStuckWork } from './tell-stuck-work.ts';

type Needs = AttemptNeeds & EventNeeds & LedgerNeeds;

// Together within the minute after which Agenda hands the job to another process. Two at once do no harm: events are
// stored once, settling and recording refunds are idempotent, and a ledger day is claimed.
const SECONDS = { attempts: 20, events: 12, ledger: 12 };

/**
 * Compares the shop with Stripe: work that is stuck, attempts past their time, events that no webhook brought, and the
 * ledger of the days. A part that fails does not keep the others from their turn; it is noted in `reconciliations`, and
 * this throws at the end. Whatever a part does not get done in its time, the next run goes on with.
 */
export async function reconcilePayments(needs: Needs): Promise<SweepResult> {
  const day = utcDayOf(needs.clock.now());
  const parts: Record<ReconciliationPart, () => Promise<SweepResult>> = {
    // First, because it asks nobody: Stripe may hang for longer than there is time.
    stuck: () => runRecorded(needs, { part: 'stuck', day }, () => noteStuckWork(needs)),
    attempts: () => runRecorded(needs, { part: 'attempts', day }, () => askAboutAttempts(needs)),
    events: () => recoverEvents(needs, limitOf('events')),
    ledger: () => reconcileLedger(needs, limitOf('ledger')),
  };
  return sweepEach(Object.entries(parts), {
    log: needs.log,
    act: async ([, run]) => (await run()).processed,
    facts: ([part]) => ({ part }),
    ...{ complaint: 'a part of reconciliation failed', code: 'reconciliation_incomplete' },
    // Each has its own.
    isTimeOver: () => false,
  });
}

const limitOf = (part: keyof typeof SECONDS) => ({ longestMs: SECONDS[part] * 1000 });

async function noteStuckWork(needs: Needs) {
  const stuck = await tellStuckWork(needs);
  const remaining = Object.values(stuck).reduce((sum, count) => sum + count, 0);
  return { repaired: 0, remaining, details: stuck, processed: 0 };
}

async function askAboutAttempts(needs: Needs) {
  const { processed } = resultOf(await reconcileAttempts(needs, limitOf('attempts')), 'attempts_not_asked');
  return { repaired: processed, remaining: 0, processed };
}
