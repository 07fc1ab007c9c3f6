import type { Db } from '../db/client.ts';
import {
  conversationPage,
  type MessageCursor,
  type ShownMessage,
  type ShownTurn,
  type ConversationPage as StoredPage,
} from '../db/conversation-messages.ts';
import { foundPage, type InboxPage, type InboxPlace, pausedPage, wholePage } from '../db/inbox-pages.ts';
import { approvedTemplate } from '../db/message-templates.ts';
import { customersCalled } from '../db/order-search.ts';
import { byUrgency, type ConversationRow, conversationRows, markRead } from '../db/staff-conversations.ts';
import { findInvitee } from '../db/takeovers.ts';
import { inviteBackMessage, isInvited } from '../domain/invite-back.ts';
import { type Locale, toLocale } from '../domain/locale.ts';
import { windowEnd, windowIsOpen } from '../domain/session-window.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock } from '../ports.ts';

export type { ConversationRow, InboxPlace, MessageCursor, ShownMessage, ShownTurn };
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
  group: ConversationGroup;
  /** As people type it: name, number or order. */
  query?: string;
  /** Where an older page begins; one of another list is none. */
  older?: InboxPlace;
};
export type ConversationList = {
  conversations: ConversationRow[];
  /** Whether this is a page after the first. */
  isOlder: boolean;
  /** Where the page after this one begins. */
  older: InboxPlace | null;
  /** The search found more than are shown on all its pages. */
  isCut: boolean;
};

type Needs = { db: Db; clock: Clock };
type PageNeeds = Needs & { texts: Texts; shop: { name: string; locale: Locale } };
/** Messages on one page. */
const PAGE_MESSAGES = 40;
/** Conversations on one page: what a thumb can scroll. */
const PAGE_CONVERSATIONS = 50;

/** More that are called so are not searched through. */
const MOST_FOUND = 2_000;

/** A page of the inbox: the first by urgency, the older ones in an order that stays while they are read. */
export async function showConversations({ db, clock }: Needs, wish: ConversationWish): Promise<ConversationList> {
  const now = clock.now();
  const { query, older: from } = wish;
  const found = query ? await customersCalled(db, query, MOST_FOUND) : undefined;
  const { ids, isOlder, older } = await pageOf(db, { group: wish.group, found, from, now });
  const rows = await conversationRows(db, ids, now);
  return {
    conversations: isOlder ? rows : rows.sort(byUrgency),
    ...{ isOlder, older },
    isCut: older === null && found?.length === MOST_FOUND,
  };
}

type PageWish = {
  group: ConversationGroup;
  found: string[] | undefined;
  from: InboxPlace | undefined;
  now: Date;
};

async function pageOf(db: Db, { group, found, from, now }: PageWish): Promise<InboxPage & { isOlder: boolean }> {
  const wish = { now, limit: PAGE_CONVERSATIONS };
  if (found) {
    const place = from?.of === 'found' ? from : undefined;
    return { ...(await foundPage(db, found, { ...wish, from: place })), isOlder: place !== undefined };
  }
  if (group === 'all') {
    const place = from?.of === 'latest' ? from : undefined;
    return { ...(await wholePage(db, { ...wish, from: place })), isOlder: place !== undefined };
  }
  const place = from?.of === 'pause' ? from : undefined;
  return { ...(await pausedPage(db, group, { ...wish, from: place })), isOlder: place !== undefined };
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
