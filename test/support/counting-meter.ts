import { createMeter } from '../../src/vendors/meter.ts';

/** A meter as the shop has it, and what it has counted: `comptoir_..{labels}` -> value, as /metrics shows it. */
export function countingMeter() {
  const { registry, ...meter } = createMeter();
  return {
    meter,
    async counted(): Promise<Record<string, number>> {
      const lines = (await registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'));
      return Object.fromEntries(
        lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
      );
    },
  };
}
