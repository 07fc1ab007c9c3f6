import { parseArgs } from 'node:util';
import { ConfigError } from '../config.ts';
import type { Db } from '../db/client.ts';
import { findCustomerNamed, isForgotten } from '../db/customers.ts';
import { askToErase, eraseWhenOver } from '../db/erase-customer.ts';
import { deriveOptOutKey } from '../domain/opt-out.ts';
import { complain, runCommand, say, UsageError, withDatabase } from './command.ts';

const USAGE = `npm run customer:erase -- +590690123456 | customer:ID ...
  Forgets a customer as their own "forget me" does: for requests that come by mail. While an order of theirs is open it is done once
  it is over. There is no way back: make sure that whoever asks is the owner of the number. By ids, as audit_entries has
  them: who was forgotten after the backup that was restored.`;

async function erase(db: Db, named: string, optOutKey: Uint8Array): Promise<boolean> {
  const customerId = await findCustomerNamed(db, named);
  if (!customerId) {
    complain(named.startsWith('customer:') ? `There is no ${named}.` : 'Nothing is kept of that number.');
    return false;
  }
  if (await isForgotten(db, customerId)) {
    say(`customer:${customerId} is forgotten already.`);
    return true;
  }
  const at = new Date();
  const conversationId = await askToErase(db, { customerId, actor: 'operator', at });
  const isErased = await eraseWhenOver(db, { customerId, conversationId, at, quietSince: at, optOutKey });
  say(
    isErased
      ? `Erased; what is left is customer:${customerId}.`
      : 'Something of theirs is still open, or a message is under way: the shop erases them by itself once it is over.',
  );
  return true;
}

await runCommand(USAGE, async (config, args) => {
  const named = parseArgs({ args, allowPositionals: true }).positionals;
  if (named.length === 0 || (named.length > 1 && !named.every((each) => each.startsWith('customer:'))))
    throw new UsageError('Name one phone number, with its country: +590690123456, or customers by customer:ID');
  const { sessionSecret } = config;
  if (!sessionSecret)
    throw new ConfigError(['SESSION_SECRET is missing: set the one the shop runs with, a STOP is remembered under it']);
  return withDatabase(config, async ({ db }) => {
    let areAllKnown = true;
    for (const each of named) areAllKnown = (await erase(db, each, deriveOptOutKey(sessionSecret))) && areAllKnown;
    return areAllKnown ? 0 : 1;
  });
});
