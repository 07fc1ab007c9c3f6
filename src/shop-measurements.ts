import { nextRunAt, SWEEP_MINUTES } from './domain/sweep.ts';
import type { ShopHealth } from './flows/watch-shop.ts';
import type { Measurement } from './vendors/metrics.ts';

const HELP = {
  inboxWaiting: ['inbound_messages_waiting', 'Messages stored and not given to their conversations yet'],
  turnsWaiting: ['turns_waiting', 'Conversations with an unanswered message that is due'],
  oldestTurnSeconds: ['oldest_turn_seconds', 'Age of the longest-waiting due turn'],
  waitingForPerson: ['conversations_waiting_for_person', 'Customers whose last message waits for a person'],
  messagesWaiting: ['outbound_messages_waiting', 'Messages decided and not handed to Twilio yet'],
  messagesFailed: ['outbound_messages_failed', 'Messages of the last 7 days that failed and nobody has seen to'],
  paymentEventsWaiting: ['payment_events_waiting', 'Stripe events stored and not handled yet'],
  paymentEventsFailed: ['payment_events_failed', 'Stripe events given up after their last try that nobody has seen to'],
  refundsWaiting: ['refunds_waiting', 'Refunds decided and not accepted by Stripe yet'],
  notificationsWaiting: ['notifications_waiting', 'Notices to the team and mails to customers not sent yet'],
  notificationsFailed: [
    'notifications_failed',
    'Notices to the team and mails to customers of the last 7 days that could not be sent and nobody has seen to',
  ],
  sessionsPendingOver30s: ['checkout_sessions_pending_over_30s', 'Open Checkout Sessions older than 30 seconds'],
  ordersInReview: ['orders_in_review', 'Orders whose payment a person must look at'],
  paymentEventsRecovered: ['payment_events_recovered', 'Stripe events that no webhook brought, since the beginning'],
  ledgerDifferences: ['ledger_differences', 'Charges and refunds of 30 days that differ from what Stripe lists'],
  modelPauses: ['model_pauses', 'Workers that leave the model alone after it failed; rules answer there'],
  modelPerPaidOrderMicroUsd: [
    'model_cost_per_paid_order_micro_usd',
    'Cost of the model in seven days for each order paid in them, in millionths of a US dollar',
  ],
} as const satisfies Record<Exclude<keyof ShopHealth, Labelled>, readonly [string, string]>;
type Labelled = 'ordersByStatus' | 'stuckWork' | 'jobs' | 'reconciliationAges' | 'modelToday';

const seconds = (at: Date | null): number => (at ? at.getTime() / 1000 : 0);

/**
 * What never ran is last done, and due again, in 1970. By `sweep`, not `job`: Prometheus names its own scrape job so, and keeps
 * that.
 */
function jobMeasurements(jobs: ShopHealth['jobs']): Measurement[] {
  const gauge = (name: string, help: string, read: (of: ShopHealth['jobs'][number]) => number): Measurement => ({
    ...{ name: `job_${name}`, help },
    values: jobs.map((each) => ({ labels: { sweep: each.job }, value: read(each) })),
  });
  return [
    gauge('last_success_timestamp_seconds', 'When the last run of a sweep that succeeded ended', ({ lastRun }) =>
      seconds(lastRun?.lastSuccessAt ?? null),
    ),
    gauge('last_run_failed', 'Whether the last run of a sweep failed', ({ lastRun }) => (lastRun?.errorCode ? 1 : 0)),
    gauge(
      'last_duration_seconds',
      'How long the last run of a sweep took',
      ({ lastRun }) => (lastRun?.durationMs ?? 0) / 1000,
    ),
    gauge('interval_seconds', 'How often a sweep is to run', ({ job }) => SWEEP_MINUTES[job] * 60),
    gauge(
      'next_run_timestamp_seconds',
      'When a sweep is due again: its last start and its interval',
      ({ job, lastRun }) => seconds(lastRun && nextRunAt(job, lastRun)),
    ),
  ];
}

/** The shop's numbers as Prometheus metrics. */
export function shopMeasurements(health: ShopHealth): Measurement[] {
  const single = Object.entries(HELP).map(([key, [name, help]]) => ({
    name,
    help,
    values: [{ value: health[key as keyof typeof HELP] }],
  }));
  const orders = health.ordersByStatus.map(({ status, count }) => ({ labels: { status }, value: count }));
  const stuck = Object.entries(health.stuckWork).map(([work, count]) => ({ labels: { work }, value: count }));
  const ages = health.reconciliationAges.map(({ part, seconds }) => ({ labels: { part }, value: seconds }));
  const { calls, microUsd, inputTokens, cachedInputTokens, outputTokens } = health.modelToday;
  const tokens = { input: inputTokens - cachedInputTokens, cached_input: cachedInputTokens, output: outputTokens };
  const perKind = Object.entries(tokens).map(([kind, value]) => ({ labels: { kind }, value }));
  return [
    ...single,
    { name: 'model_calls_today', help: "Calls of the model on the shop's day", values: [{ value: calls }] },
    { name: 'model_tokens_today', help: "Tokens of the model on the shop's day", values: perKind },
    {
      ...{ name: 'model_cost_today_micro_usd', values: [{ value: microUsd }] },
      help: "Cost of the model on the shop's day, in millionths of a US dollar; 0 where the price is not known",
    },
    { name: 'orders', help: 'Orders that are not over, by state', values: orders },
    { name: 'work_stuck', help: 'Work that should have been done long ago', values: stuck },
    ...jobMeasurements(health.jobs),
    { name: 'reconciliation_age_seconds', help: 'Since each part last compared with Stripe', values: ages },
  ];
}
