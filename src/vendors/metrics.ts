import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export type MetricsPage = { contentType: string; body: string };
/** Name without the prefix -> value, or values by label. Counted when Prometheus asks. */
export type Measurement = { name: string; help: string; values: { labels?: Record<string, string>; value: number }[] };

/** Prometheus' view of this process and, through `measure`, of the shop. */
export function createMetrics(measure: () => Promise<Measurement[]>): { page(): Promise<MetricsPage>; stop(): void } {
  const processMetrics = new Registry();
  collectDefaultMetrics({ register: processMetrics });
  return {
    async page() {
      const shop = new Registry();
      for (const { name, help, values } of await measure()) {
        const labelNames = Object.keys(values[0]?.labels ?? {});
        const gauge = new Gauge({ name: `comptoir_${name}`, help, labelNames, registers: [shop] });
        for (const { labels = {}, value } of values) gauge.set(labels, value);
      }
      const all = Registry.merge([processMetrics, shop]);
      return { contentType: all.contentType, body: await all.metrics() };
    },
    stop: () => processMetrics.clear(),
  };
}
