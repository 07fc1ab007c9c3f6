/** Work the clock repeats and the operator may run at once with /cron/NAME. */
export const SWEEP_NAMES = [
  'payment-reminders',
  'expire-checkouts',
  'clean-expired-carts',
  'request-reviews',
  'reconcile-payments',
  'refresh-templates',
  'refresh-search',
  'erase-forgotten',
  'tell-concerns',
  'count-numbers',
  'apply-retention',
] as const;
export type SweepName = (typeof SWEEP_NAMES)[number];

/** Each idempotent; `processed` counts what it did something for. */
export type Sweeps = Record<SweepName, () => Promise<{ processed: number }>>;
