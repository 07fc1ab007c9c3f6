/** Everything is safe with clocks that differ by minutes; beyond this one of two is wrong. */
export const WRONG_FROM_MS = 3600_000;

/** What an operator is told of a clock that is so far ahead of PostgreSQL's (behind, if negative), and what to do. */
export function describeWrongClock(nowMs: number, aheadMs: number): string {
  const [here, database] = [nowMs, nowMs - aheadMs].map((ms) => new Date(ms).toISOString().slice(0, 19));
  return `this machine's clock says ${here}Z, PostgreSQL's ${database}Z: set the one that is wrong (NTP: timedatectl set-ntp true)`;
}
