import { parseArgs } from 'node:util';
import { requeueFailedEvents } from '../db/payment-events.ts';
import { runCommand, say, UsageError, withDatabase } from './command.ts';

const USAGE = `npm run events:replay -- [--foreign] [EVENT_ID ...]
  Queues Stripe events that were given up once more (all of them, or those named evt_...), after what stopped them was mended.
  One that a manager took off the list of what needs somebody is queued only when it is named.
  --foreign   also those that were about no payment of ours, e.g. after keys of the wrong mode were mended
  What an event says is read again from Stripe: nothing happens twice.`;

await runCommand(USAGE, async (config, args) => {
  const { values, positionals } = parseArgs({
    args,
    options: { foreign: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const wrong = positionals.find((id) => !/^evt_\w+$/.test(id));
  if (wrong !== undefined) throw new UsageError(`${wrong} is no event of Stripe's: they start with evt_`);
  return withDatabase(config, async ({ db }) => {
    const named = positionals.length > 0 ? { stripeEventIds: positionals } : {};
    const queued = await requeueFailedEvents(db, { ...named, foreign: values.foreign });
    for (const { stripeEventId } of queued) say(`queued  ${stripeEventId}`);
    say(`${queued.length} events queued; the worker handles them.`);
    return positionals.length > queued.length ? 1 : 0;
  });
});
