import { compose } from './compose.ts';
import { loadConfig, readEnvironment, requireForRoles } from './config.ts';
import { exitOnFailedStart } from './exit-on-failed-start.ts';
import { createLog } from './log.ts';
import { listen, stopOnSignals } from './roles.ts';

/** `npm start`: web and worker in one process; outside production on stand-ins for whatever is not configured. */
async function main(): Promise<void> {
  const config = loadConfig(readEnvironment());
  const log = createLog({ level: config.logLevel });
  if (config.env !== 'production') {
    // Loaded only here: production must not even have the stand-ins in memory.
    const { runDemo } = await import('./dev.ts');
    return runDemo(config, log);
  }
  const roles = requireForRoles(config);
  const shop = await compose(roles, { clock: { now: () => new Date() }, log, cronSecret: config.cronSecret as string });
  const worker = await shop.startWorker();
  const web = await listen(shop.app, config.port);
  log.info({ port: web.port }, 'listening and working');
  stopOnSignals(log, [[web.close, worker.stop], [shop.close]]);
}

await main().catch(exitOnFailedStart);
