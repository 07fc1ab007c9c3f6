import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export type MetricsPage = { contentType: string; body: string };
/** Name without the prefix -> value, or values by label. Counted when Prometheus asks. */
export type Measurement = { name: string; help: string; values: { labels?: Record<string, string>; value: number }[] };

export const METRIC_PREFIX = 'comptoir_';

export type Metrics = {
  /** Prometheus' view of this process, of what it counted, and, through `measure`, of the shop. */
  page(): Promise<MetricsPage>;
  /** The same without the shop: asks no database. */
  processPage(): Promise<MetricsPage>;
  stop(): void;
};

/** `counted`: what a meter of this process holds. */
export function createMetrics(counted: Registry, measure: () => Promise<Measurement[]>): Metrics {
  const processMetrics = new Registry();
  collectDefaultMetrics({ register: processMetrics });

  async function pageOf(...more: Registry[]): Promise<MetricsPage> {
    const all = Registry.merge([processMetrics, counted, ...more]);
    return { contentType: all.contentType, body: await all.metrics() };
  }
  return {
    async page() {
      const shop = new Registry();
      for (const { name, help, values } of await measure()) {
        const labelNames = Object.keys(values[0]?.labels ?? {});
        const gauge = new Gauge({ name: METRIC_PREFIX + name, help, labelNames, registers: [shop] });
        for (const { labels = {}, value } of values) gauge.set(labels, value);
      }
      return pageOf(shop);
    },
    processPage: () => pageOf(),
    stop: () => processMetrics.clear(),
  };
}
