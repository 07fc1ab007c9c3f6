import type { Db } from '../db/client.ts';
import { claimSlowNotice, sortInbox } from '../db/inbox.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { transact } from '../db/transact.ts';
import type { Nudge } from '../db/work-nudges.ts';
import { describeError } from '../domain/errors.ts';
import { toLocale } from '../domain/locale.ts';
import type { Shop } from '../domain/shop.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Log } from '../ports.ts';

type Needs = {
  db: Db;
  clock: Clock;
  log: Log;
  texts: Texts;
  shop: Pick<Shop, 'locale'>;
  nudge: Nudge;
  optOutKey: Uint8Array;
};

/** Gives the messages that webhooks stored to their conversations, whose turns may then begin. False when there was none. */
export async function sortStoredMessages(needs: Needs): Promise<boolean> {
  const { sorted, slowedCustomerIds } = await sortInbox(needs.db, needs.optOutKey);
  if (sorted > 0) needs.nudge('turns');
  for (const customerId of slowedCustomerIds) await tellSlowed(needs, customerId);
  return sorted > 0;
}

/** One polite word to whoever floods us; their messages are kept already. */
async function tellSlowed(needs: Needs, customerId: string): Promise<void> {
  const at = needs.clock.now();
  await transact(needs.db, async (tx) => {
    const claimed = await claimSlowNotice(tx, customerId, at);
    if (!claimed) return;
    const body = needs.texts(toLocale(claimed.locale, needs.shop.locale), 'slowed_down');
    const businessKey = `slowed:${customerId}:${at.toISOString()}`;
    await enqueueMessage(tx, { businessKey, customerId, content: { body }, at });
  }).catch((error) => needs.log.warn({ customerId, error: describeError(error) }, 'a flood was not answered for'));
}
