import { parseArgs } from 'node:util';
import { ConfigError } from '../config.ts';
import { findCustomerByPhone } from '../db/customers.ts';
import { askToErase, eraseWhenOver } from '../db/erase-customer.ts';
import { deriveOptOutKey } from '../domain/opt-out.ts';
import { complain, runCommand, say, UsageError, withDatabase } from './command.ts';

const USAGE = `npm run customer:erase -- +590690123456
  Forgets a customer as their own "forget me" does: for requests that come by mail. While an order of theirs is open it is done once
  it is over. There is no way back: make sure that whoever asks is the owner of the number.`;

await runCommand(USAGE, async (config, args) => {
  const [phone, ...more] = parseArgs({ args, allowPositionals: true }).positionals;
  if (!phone || more.length > 0) throw new UsageError('Name one phone number, with its country: +590690123456');
  const { sessionSecret } = config;
  if (!sessionSecret)
    throw new ConfigError(['SESSION_SECRET is missing: set the one the shop runs with, a STOP is remembered under it']);
  return withDatabase(config, async ({ db }) => {
    const customerId = await findCustomerByPhone(db, phone);
    if (!customerId) {
      complain('Nothing is kept of that number.');
      return 1;
    }
    const at = new Date();
    const conversationId = await askToErase(db, { customerId, actor: 'operator', at });
    const wish = { customerId, conversationId, at, quietSince: at, optOutKey: deriveOptOutKey(sessionSecret) };
    const isErased = await eraseWhenOver(db, wish);
    say(
      isErased
        ? `Erased; what is left is customer:${customerId}.`
        : 'Something of theirs is still open, or a message is under way: the shop erases them by itself once it is over.',
    );
    return 0;
  });
});
