import { parseArgs } from 'node:util';
import { findCustomerNamed } from '../db/customers.ts';
import { exportCustomer } from '../db/export-customer.ts';
import { complain, runCommand, say, UsageError, withDatabase } from './command.ts';

const USAGE = `npm run --silent customer:export -- +590690123456 | customer:ID > customer.json
  Writes everything that is kept of a customer, messages, orders and payments included, as JSON: for requests that come by mail.
  Make sure that whoever asks is the owner of the number.`;

await runCommand(USAGE, async (config, args) => {
  const [named, ...more] = parseArgs({ args, allowPositionals: true }).positionals;
  if (!named || more.length > 0)
    throw new UsageError('Name one phone number, with its country: +590690123456, or one customer:ID');
  return withDatabase(config, async ({ db }) => {
    const customerId = await findCustomerNamed(db, named);
    if (!customerId) {
      complain(named.startsWith('customer:') ? `There is no ${named}.` : 'Nothing is kept of that number.');
      return 1;
    }
    say(JSON.stringify(await exportCustomer(db, { customerId, actor: 'operator', at: new Date() }), null, 2));
    return 0;
  });
});
