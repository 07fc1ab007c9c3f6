import { parseArgs } from 'node:util';
import { type BackfillReport, backfillOrders } from '../db/backfill.ts';
import { complain, progressLine, runCommand, say, withDatabase } from './command.ts';

const USAGE = `npm run db:backfill -- [--dry-run]
  Fills item snapshots, payment attempts, payments and refunds of orders that were imported without them, 500 orders at a time
  while the shop goes on. Safe to stop and to repeat. --dry-run counts what it would fill and changes nothing.`;

await runCommand(USAGE, async (config, args) => {
  const { values } = parseArgs({ args, options: { 'dry-run': { type: 'boolean', default: false } } });
  const dryRun = values['dry-run'];
  return withDatabase(config, async ({ db }) => {
    const progress = progressLine();
    const onProgress = ({ done, total }: { done: number; total: number }) =>
      progress.show(`${done} of ${total} orders`);
    const report = await backfillOrders(db, { dryRun, onProgress });
    progress.end();
    say(`${dryRun ? 'Would fill' : 'Filled'}: ${summary(report)}.`);
    if (report.unfillable.length === 0) return 0;
    complain(`Orders without items, and without a summary to copy them from: ${report.unfillable.join(', ')}`);
    return 1;
  });
});

function summary({ orders, orderItems, attempts, payments, refunds }: BackfillReport): string {
  if (orderItems + attempts + payments + refunds === 0) return `nothing; ${orders} orders were looked at`;
  return `${orderItems} order items, ${attempts} payment attempts, ${payments} payments, ${refunds} refunds of ${orders} orders`;
}
