import { z } from 'zod';
import type { SweepName, Sweeps } from '../domain/sweep.ts';
import type { Log, SpanAttributes, Tracer } from '../ports.ts';

/** What the clock must be able to do (vendors/agenda.ts). */
export type JobClock = {
  define(name: string, handler: (data: unknown) => Promise<void>, options?: { retries?: number }): void;
  every(interval: string, name: string): Promise<void>;
};

const remindUnpaidPayload = z.object({ orderId: z.uuid() });

const INTERVALS: Record<SweepName, string> = {
  'payment-reminders': '1 minute',
  'expire-checkouts': '1 minute',
  'reconcile-payments': '5 minutes',
  'clean-expired-carts': '1 hour',
  'request-reviews': '1 hour',
  'refresh-templates': '1 hour',
  'refresh-search': '1 minute',
  'erase-forgotten': '10 minutes',
  'tell-concerns': '5 minutes',
  'count-numbers': '5 minutes',
  // A run takes a minute at most: what a day brings, and what years have left behind, goes in several.
  'apply-retention': '1 hour',
};

/** Binds the clock's jobs to flows. Every one is idempotent: Agenda runs a job at least once (platform-facts). */
export async function scheduleJobs(
  clock: JobClock,
  needs: { remindUnpaidOrder: (orderId: string) => Promise<boolean>; sweeps: Sweeps; log: Log; tracer: Tracer },
): Promise<void> {
  const { log, tracer } = needs;
  const within = (ids: SpanAttributes & { job: string }, act: () => Promise<unknown>) =>
    tracer.span({ name: `job ${ids.job}`, attributes: ids }, () => log.within(ids, act));
  clock.define(
    'remind-unpaid',
    async (data) => {
      const { orderId } = remindUnpaidPayload.parse(data);
      await within({ job: 'remind-unpaid', orderId }, () => needs.remindUnpaidOrder(orderId));
    },
    { retries: 3 },
  );
  for (const [name, sweep] of Object.entries(needs.sweeps)) {
    clock.define(name, async () => {
      await within({ job: name }, async () => {
        const { processed } = await sweep();
        if (processed > 0) log.info({ processed }, 'sweep done');
      });
    });
    await clock.every(INTERVALS[name as SweepName], name);
  }
}
