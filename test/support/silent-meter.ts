import type { Meter } from '../../src/ports.ts';

/** For tests that do not look at what is counted. */
export const silentMeter: Meter = { count() {}, observe() {} };
