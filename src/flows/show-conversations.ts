import type { Db } from '../db/client.ts';
import {
  conversationPage,
  type MessageCursor,
  type ShownMessage,
  type ShownTurn,
  type ConversationPage as StoredPage,
} from '../db/conversation-messages.ts';
import { approvedTemplate } from '../db/message-templates.ts';
import { customersCalled } from '../db/order-search.ts';
import { type ConversationRow, listConversations, markRead } from '../db/staff-conversations.ts';
import { findInvitee } from '../db/takeovers.ts';
import { inviteBackMessage, isInvited } from '../domain/invite-back.ts';
import { type Locale, toLocale } from '../domain/locale.ts';
import { windowEnd, windowIsOpen } from '../domain/session-window.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock } from '../ports.ts';

export type { ConversationRow, MessageCursor, ShownMessage, ShownTurn };
/** What staff may do where WhatsApp's window is closed: send a template, or why not. */
export type InviteBack = { kind: 'offered'; body: string } | { kind: 'no_template' | 'opted_out' | 'sent_already' };
/** A conversation as staff see it. */
export type ConversationPage = StoredPage & {
  /** Whether WhatsApp lets the shop write freely: 24 hours after the customer's last message. */
  windowIsOpen: boolean;
  /** Until when; null once it is closed. */
  windowEndsAt: Date | null;
  /** Null while the window is open. */
  inviteBack: InviteBack | null;
};
export type ConversationGroup = 'all' | 'waiting' | 'with_person';
export type ConversationWish = {
  group: ConversationGroup /** As people type it: name, number or order. */;
  query?: string;
};
export type ConversationList = { conversations: ConversationRow[] /** There may be more. */; isCut: boolean };

type Needs = { db: Db; clock: Clock };
type PageNeeds = Needs & { texts: Texts; shop: { name: string; locale: Locale } };
/** Messages on one page. */
const PAGE_MESSAGES = 40;
/** Conversations on one page: what a thumb can scroll. */
const PAGE_CONVERSATIONS = 50;

export async function showConversations({ db, clock }: Needs, wish: ConversationWish): Promise<ConversationList> {
  const { group, query } = wish;
  const page = { now: clock.now(), limit: PAGE_CONVERSATIONS };
  const found = query
    ? await listConversations(db, {
        ...{ ...page, of: 'customers', customerIds: await customersCalled(db, query, PAGE_CONVERSATIONS) },
      })
    : await listConversations(db, { ...page, of: group });
  return { conversations: found, isCut: found.length >= PAGE_CONVERSATIONS };
}

/** A page of a conversation. Its latest page is what staff have then seen of it. */
export async function showConversation(
  needs: PageNeeds,
  input: { conversationId: string; before?: MessageCursor; withTurns: boolean },
): Promise<ConversationPage | undefined> {
  const { db, clock } = needs;
  const now = clock.now();
  const page = await conversationPage(db, { ...input, now, limit: PAGE_MESSAGES });
  if (!page) return undefined;
  if (!input.before && page.newestInboundSeq !== null) await markRead(db, page.id, page.newestInboundSeq);
  const isOpen = windowIsOpen(page.lastInboundAt, now);
  return {
    ...page,
    windowIsOpen: isOpen,
    windowEndsAt: isOpen && page.lastInboundAt ? windowEnd(page.lastInboundAt) : null,
    inviteBack: isOpen ? null : await inviteBackOf(needs, page.id),
  };
}

async function inviteBackOf({ db, texts, shop }: PageNeeds, conversationId: string): Promise<InviteBack> {
  const { locale, optedOut, lastInviteAt, lastInboundAt } = await findInvitee(db, conversationId);
  const language = toLocale(locale, shop.locale);
  if (optedOut) return { kind: 'opted_out' };
  if (isInvited({ lastInviteAt, lastInboundAt })) return { kind: 'sent_already' };
  if (!(await approvedTemplate(db, 'invite_back', language))) return { kind: 'no_template' };
  return { kind: 'offered', body: inviteBackMessage(texts, language, shop.name).body };
}
