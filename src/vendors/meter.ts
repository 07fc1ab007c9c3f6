import { Counter, Histogram, Registry } from 'prom-client';
import { COUNTS, type Counted, TIMES, type Timed } from '../domain/measures.ts';
import type { Meter } from '../ports.ts';
import { METRIC_PREFIX } from './metrics.ts';

/** A meter on a prom-client registry of its own; two of them never share a number. */
export function createMeter(): Meter & { registry: Registry } {
  const registry = new Registry();
  const registers = [registry];
  const counters = new Map(
    Object.entries<Counted>(COUNTS).map(([name, { help, labels, fromStart = [] }]) => {
      const counter = new Counter({ name: METRIC_PREFIX + name, help, labelNames: [...labels], registers });
      for (const labels of fromStart) counter.inc(labels, 0);
      return [name, counter];
    }),
  );
  const histograms = new Map(
    Object.entries<Timed>(TIMES).map(([name, { help, labels, buckets, fromStart = [] }]) => {
      const options = { name: METRIC_PREFIX + name, help, labelNames: [...labels], buckets: [...buckets], registers };
      const histogram = new Histogram(options);
      for (const labels of fromStart) histogram.zero(labels);
      return [name, histogram];
    }),
  );
  return {
    registry,
    count: (name, labels) => counters.get(name)?.inc(labels),
    // Two clocks that differ must not make a time below nothing.
    observe: (name, labels, seconds) => histograms.get(name)?.observe(labels, Math.max(0, seconds)),
  };
}
