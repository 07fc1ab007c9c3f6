import type { Db } from '../db/client.ts';
import { sortInbox } from '../db/inbox.ts';
import type { Nudge } from '../db/work-nudges.ts';

/** Gives the messages that webhooks stored to their conversations, whose turns may then begin. False when there was none. */
export async function sortStoredMessages(needs: { db: Db; nudge: Nudge }): Promise<boolean> {
  const sorted = await sortInbox(needs.db);
  if (sorted > 0) needs.nudge('turns');
  return sorted > 0;
}
