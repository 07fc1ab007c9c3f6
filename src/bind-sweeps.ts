import type { Parts } from './compose.ts';
import { createEventStore } from './db/payment-events.ts';
import type { Sweeps } from './domain/sweep.ts';
import { applyRetention } from './flows/apply-retention.ts';
import { cleanExpiredCarts } from './flows/clean-expired-carts.ts';
import { countNumbers } from './flows/count-numbers.ts';
import { eraseForgotten } from './flows/erase-forgotten.ts';
import { expireCheckouts } from './flows/expire-checkouts.ts';
import { reconcilePayments } from './flows/reconcile-payments.ts';
import { recordedSweeps } from './flows/record-job-run.ts';
import { refreshSearch } from './flows/refresh-search.ts';
import { refreshTemplates } from './flows/refresh-templates.ts';
import { remindUnpaidOrders } from './flows/remind-unpaid.ts';
import { reportDay } from './flows/report-day.ts';
import { requestReviews } from './flows/request-reviews.ts';
import { tellConcerns } from './flows/tell-concerns.ts';

/** What the clock repeats and an operator may run at once: the same functions for both, whose last runs are kept. */
export function bindSweeps(parts: Parts): Sweeps {
  // The intake is for vendors who wait: a worker, whom nobody posts to, opens none.
  const storeEvent = createEventStore(parts.pool);
  return recordedSweeps(parts, {
    'payment-reminders': () => remindUnpaidOrders(parts),
    'expire-checkouts': () => expireCheckouts(parts),
    'reconcile-payments': () => reconcilePayments({ ...parts, storeEvent }),
    'clean-expired-carts': () => cleanExpiredCarts(parts),
    'request-reviews': () => requestReviews(parts),
    'refresh-templates': () => refreshTemplates(parts),
    'refresh-search': () => refreshSearch(parts),
    'erase-forgotten': () => eraseForgotten(parts),
    'tell-concerns': () => tellConcerns(parts),
    'count-numbers': () => countNumbers(parts),
    'apply-retention': () => applyRetention(parts),
    'daily-report': () => reportDay(parts),
  });
}
