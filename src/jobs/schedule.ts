import { z } from 'zod';
import { SWEEP_MINUTES, type SweepName, type Sweeps } from '../domain/sweep.ts';
import type { Log, SpanAttributes, Tracer } from '../ports.ts';

/** What the clock must be able to do (vendors/agenda.ts). */
export type JobClock = {
  define(name: string, handler: (data: unknown) => Promise<void>, options?: { retries?: number }): void;
  every(interval: string, name: string): Promise<void>;
};

const remindUnpaidPayload = z.object({ orderId: z.uuid() });

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
    await clock.every(`${SWEEP_MINUTES[name as SweepName]} minutes`, name);
  }
}
