import { parseArgs } from 'node:util';
import { requeueFailedMessages } from '../db/outbox.ts';
import { runCommand, say, UsageError, withDatabase } from './command.ts';

const USAGE = `npm run messages:replay -- [--hours 24]
  Queues the messages of the last hours about orders that failed or were not delivered once more, after what stopped them was mended.
  Reminders and links that were overtaken meanwhile still do not leave, nor what staff have seen to.`;
const HOUR_MS = 3600_000;
// A year: what was said before is let go (domain/retention.ts).
const MAX_HOURS = 365 * 24;

await runCommand(USAGE, async (config, args) => {
  const hours = Number(parseArgs({ args, options: { hours: { type: 'string', default: '24' } } }).values.hours);
  if (!(hours > 0 && hours <= MAX_HOURS)) throw new UsageError(`--hours must be a number above 0, up to ${MAX_HOURS}`);
  return withDatabase(config, async ({ db }) => {
    const queued = await requeueFailedMessages(db, { decidedSince: new Date(Date.now() - hours * HOUR_MS) });
    for (const { businessKey } of queued) say(`queued  ${businessKey}`);
    say(`${queued.length} messages queued; the worker sends them.`);
    return 0 as const;
  });
});
