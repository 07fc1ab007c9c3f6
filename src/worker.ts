import { compose } from './compose.ts';
import { loadConfig, readEnvironment, requireForRoles } from './config.ts';
import { exitOnFailedStart } from './exit-on-failed-start.ts';
import { metricsOnly } from './http/metrics-only.ts';
import { createLog } from './log.ts';
import { listen, stopOnSignals } from './roles.ts';

/** The worker role: answers customers, sends messages, handles payments, keeps the clock. */
async function main(): Promise<void> {
  const config = requireForRoles(loadConfig(readEnvironment()));
  const log = createLog({ level: config.logLevel }).child({ role: 'worker' });
  const shop = await compose(config, { clock: { now: () => new Date() }, log, cronSecret: 'no cron routes here' });
  const worker = await shop.startWorker();
  const { workerMetricsPort: port, workerMetricsHost: host } = config;
  const metrics = port && (await listen(metricsOnly(shop.processMetrics), port, { host, key: 'WORKER_METRICS_PORT' }));
  log.info({ ...(metrics && { metricsPort: metrics.port }) }, 'working');
  stopOnSignals(log, [[worker.stop, ...(metrics ? [metrics.close] : [])], [shop.close]]);
}

await main().catch(exitOnFailedStart);
