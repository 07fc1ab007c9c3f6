import type { Config } from '../config.ts';
import { clockAheadMs } from '../db/compare-clocks.ts';
import { describeWrongClock, WRONG_FROM_MS } from '../domain/wrong-clock.ts';
import { withDatabase } from './command.ts';
import type { Finding } from './doctor-finding.ts';

/** Two clocks that are kept by NTP are closer than that. */
const NOTED_FROM_MS = 5_000;

/**
 * How far this machine's clock is from PostgreSQL's: seconds are worth a warning, with an hour no worker starts. Nothing of a database
 * that is this machine's own, or does not answer.
 */
export async function examineClock(config: Config): Promise<Finding[]> {
  if (!config.databaseUrl) return [];
  let aheadMs: number;
  try {
    aheadMs = await withDatabase(config, ({ db }) => clockAheadMs(db, Date.now));
  } catch {
    return [];
  }
  if (Math.abs(aheadMs) < NOTED_FROM_MS) return [{ what: 'clock', state: 'ok', detail: "agrees with PostgreSQL's" }];
  const isWrong = Math.abs(aheadMs) > WRONG_FROM_MS;
  const detail = describeWrongClock(Date.now(), aheadMs);
  return [
    { what: 'clock', state: isWrong ? 'FAILED' : 'warning', detail: isWrong ? `no worker starts: ${detail}` : detail },
  ];
}
