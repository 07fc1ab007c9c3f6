import { randomBytes } from 'node:crypto';
import { compose } from './compose.ts';
import { loadConfig, readEnvironment, requireForRoles } from './config.ts';
import { exitOnFailedStart } from './exit-on-failed-start.ts';
import { createLog } from './log.ts';
import { listen, stopOnSignals } from './roles.ts';

/** The web role: answers HTTP, stores what comes in, schedules; a worker does the rest. */
async function main(): Promise<void> {
  const config = requireForRoles(loadConfig(readEnvironment()));
  const log = createLog({ level: config.logLevel }).child({ role: 'web' });
  // Without CRON_SECRET nobody can call the cron routes: a secret nobody knows.
  const cronSecret = config.cronSecret ?? randomBytes(32).toString('base64url');
  const shop = await compose(config, { clock: { now: () => new Date() }, log, cronSecret });
  const web = await listen(shop.app, config.port);
  log.info({ port: web.port }, 'listening');
  stopOnSignals(log, [[web.close], [shop.close]]);
}

await main().catch(exitOnFailedStart);
