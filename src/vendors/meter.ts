import { Counter, Histogram, Registry } from 'prom-client';
import { COUNTS, TIMES } from '../domain/measures.ts';
import type { Meter } from '../ports.ts';
import { METRIC_PREFIX } from './metrics.ts';

/** A meter on a prom-client registry of its own; two of them never share a number. */
export function createMeter(): Meter & { registry: Registry } {
  const registry = new Registry();
  const registers = [registry];
  const counters = new Map(
    Object.entries(COUNTS).map(([name, { help, labels }]) => [
      name,
      new Counter({ name: METRIC_PREFIX + name, help, labelNames: [...labels], registers }),
    ]),
  );
  const histograms = new Map(
    Object.entries(TIMES).map(([name, { help, labels, buckets }]) => [
      name,
      new Histogram({ name: METRIC_PREFIX + name, help, labelNames: [...labels], buckets: [...buckets], registers }),
    ]),
  );
  return {
    registry,
    count: (name, labels) => counters.get(name)?.inc(labels),
    // Two clocks that differ must not make a time below nothing.
    observe: (name, labels, seconds) => histograms.get(name)?.observe(labels, Math.max(0, seconds)),
  };
}
