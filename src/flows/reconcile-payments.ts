import type { ReconciliationPart } from '../db/reconciliations.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { utcDayOf } from '../domain/utc-day.ts';
import type { LedgerNeeds } from './compare-ledger.ts';
import { type AttemptNeeds, reconcileAttempts } from './reconcile-attempts.ts';
import { reconcileLedger } from './reconcile-ledger.ts';
import { type EventNeeds, recoverEvents } from './recover-events.ts';
import { runRecorded } from './run-recorded.ts';
import type { SweepResult } from './sweep.ts';
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
  let processed = 0;
  let failure: unknown;
  const failed: string[] = [];
  for (const [part, run] of Object.entries(parts)) {
    try {
      processed += (await run()).processed;
    } catch (error) {
      needs.log.error({ part, error: describeError(error) }, 'a part of reconciliation failed');
      failed.push(part);
      failure = error;
    }
  }
  if (failed.length === 0) return { processed };
  const message = `these parts failed, the others are done: ${failed.join(', ')}`;
  throw new AppError('reconciliation_incomplete', message, { retryable: true, cause: failure });
}

const limitOf = (part: keyof typeof SECONDS) => ({ longestMs: SECONDS[part] * 1000 });

async function noteStuckWork(needs: Needs) {
  const stuck = await tellStuckWork(needs);
  const remaining = Object.values(stuck).reduce((sum, count) => sum + count, 0);
  return { repaired: 0, remaining, details: stuck, processed: 0 };
}

async function askAboutAttempts(needs: Needs) {
  const { processed, asked, failed } = await reconcileAttempts(needs, limitOf('attempts'));
  if (failed > 0) {
    throw new AppError('attempts_not_asked', `${failed} of ${asked} questions to Stripe failed`, { retryable: true });
  }
  return { repaired: processed, remaining: 0, processed };
}
