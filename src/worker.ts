import { compose } from './compose.ts';
import { loadConfig, readEnvironment, requireForRoles } from './config.ts';
import { exitOnFailedStart } from './exit-on-failed-start.ts';
import { createLog } from './log.ts';
import { stopOnSignals } from './roles.ts';

/** The worker role: answers customers, sends messages, handles payments, keeps the clock. */
async function main(): Promise<void> {
  const config = requireForRoles(loadConfig(readEnvironment()));
  const log = createLog({ level: config.logLevel }).child({ role: 'worker' });
  const shop = await compose(config, { clock: { now: () => new Date() }, log, cronSecret: 'no cron routes here' });
  const worker = await shop.startWorker();
  log.info({}, 'working');
  stopOnSignals(log, async () => {
    await worker.stop();
    await shop.close();
  });
}

await main().catch(exitOnFailedStart);
