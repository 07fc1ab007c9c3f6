import { AppError } from './errors.ts';

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
  'daily-report',
] as const;
export type SweepName = (typeof SWEEP_NAMES)[number];

/** How often the clock wakes each. */
export const SWEEP_MINUTES: Record<SweepName, number> = {
  'payment-reminders': 1,
  'expire-checkouts': 1,
  'reconcile-payments': 5,
  'clean-expired-carts': 60,
  'request-reviews': 60,
  'refresh-templates': 60,
  'refresh-search': 1,
  'erase-forgotten': 10,
  'tell-concerns': 5,
  'count-numbers': 5,
  // A run takes a minute at most: what a day brings, and what years have left behind, goes in several.
  'apply-retention': 60,
  // Once a day; looked at so often that the morning's is on time.
  'daily-report': 5,
};

/** How the last run of a sweep that came to an end went. */
export type JobRun = {
  startedAt: Date;
  durationMs: number;
  /** Null when it succeeded. */
  errorCode: string | null;
  /** The end of the last one that succeeded; null when none did. */
  lastSuccessAt: Date | null;
};

/** When the clock is to wake it next; in the past when it is late. */
export const nextRunAt = (job: SweepName, { startedAt }: Pick<JobRun, 'startedAt'>): Date =>
  new Date(startedAt.getTime() + SWEEP_MINUTES[job] * 60_000);

/** Each idempotent; `processed` counts what it did something for. */
export type Sweeps = Record<SweepName, () => Promise<{ processed: number }>>;

/** What a run throws that did all it could (nothing, where the clock is wrong) and could not do all; the next run tries what is left. */
export class SweepIncomplete extends AppError {
  /** How many it did something for. */
  readonly processed: number;

  constructor(code: string, message: string, { processed, cause }: { processed: number; cause: unknown }) {
    super(code, message, { retryable: true, cause });
    this.name = 'SweepIncomplete';
    this.processed = processed;
  }
}
