import type { Db } from '../db/client.ts';
import {
  conversationPage,
  type MessageCursor,
  type ShownMessage,
  type ConversationPage as StoredPage,
} from '../db/conversation-messages.ts';
import { type ConversationRow, listConversations } from '../db/staff-conversations.ts';
import { windowIsOpen } from '../domain/session-window.ts';
import type { Clock } from '../ports.ts';

export type { ConversationRow, MessageCursor, ShownMessage };
/** A conversation as staff see it. */
export type ConversationPage = StoredPage & {
  /** Whether WhatsApp lets the shop write freely: 24 hours after the customer's last message. */
  windowIsOpen: boolean;
};

type Needs = { db: Db; clock: Clock };
/** Messages on one page. */
const PAGE_MESSAGES = 40;

export function showConversations({ db, clock }: Needs, { limit }: { limit: number }): Promise<ConversationRow[]> {
  return listConversations(db, { now: clock.now(), limit });
}

export async function showConversation(
  { db, clock }: Needs,
  input: { conversationId: string; before?: MessageCursor },
): Promise<ConversationPage | undefined> {
  const now = clock.now();
  const page = await conversationPage(db, { ...input, now, limit: PAGE_MESSAGES });
  return page && { ...page, windowIsOpen: windowIsOpen(page.lastInboundAt, now) };
}
