import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../src/embedded/free-port.ts';
import { type RunningProcess, startProcess } from './running-shop.ts';
import { zoneWhereItIs } from './timezone.ts';
import { until } from './until.ts';

export const DEMO_EMAIL = 'equipe@comptoir.example';

/** `npm start` as a newcomer has it: nothing configured but where to keep its data, and that it is noon. */
export async function startDemo() {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'comptoir-demo-'));
  // Root's temporary folders are closed to the user PostgreSQL runs as.
  chmodSync(dataDir, 0o755);
  const port = await freePort();
  const timezone = zoneWhereItIs(12);
  const start = () =>
    startProcess('start.js', {
      ...{ PORT: String(port), DATA_DIR: path.join(dataDir, 'data'), LOG_LEVEL: 'warn' },
      // An order of today must not become yesterday's meanwhile, nor a reminder wait for the morning.
      SHOP_TIMEZONE: timezone,
    });
  const url = `http://localhost:${port}`;
  const isOpen = (demo: RunningProcess) =>
    until(
      'the shop is open',
      () => {
        if (demo.child.exitCode !== null) throw new Error(`npm start ended:\n${demo.output()}`);
        return /is open \(/.test(demo.output());
      },
      { timeoutMs: 60_000 },
    );
  return {
    ...{ url, start, isOpen },
    staffPassword: () => readFileSync(path.join(dataDir, 'data/demo-staff-password'), 'utf8'),
    forget: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}
export type RunningDemo = Awaited<ReturnType<typeof startDemo>>;
