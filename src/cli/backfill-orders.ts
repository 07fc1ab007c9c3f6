import { backfillOrders } from '../db/backfill.ts';
import { complain, runCommand, say, withDatabase } from './command.ts';

const USAGE = `npm run db:backfill
  Fills item snapshots and payment rows of orders that were imported without them. Safe to repeat.`;

await runCommand(USAGE, async (config) =>
  withDatabase(config, async ({ db }) => {
    const { orderItems, attempts, payments, unfillable } = await backfillOrders(db);
    if (orderItems + attempts + payments === 0) say('Every order was looked at: nothing to fill.');
    else say(`Filled: ${orderItems} order items, ${attempts} payment attempts, ${payments} payments.`);
    if (unfillable.length === 0) return 0;
    complain(`Orders without items, and without a summary to copy them from: ${unfillable.join(', ')}`);
    return 1;
  }),
);
