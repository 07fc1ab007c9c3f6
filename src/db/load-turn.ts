import { type Focus, readFocus } from '../domain/conversation.ts';
import { AppError } from '../domain/errors.ts';
import { isLocale, type Locale } from '../domain/locale.ts';
import { readSummary, type Summary } from '../domain/summary.ts';
import { loadOpenCart, type StoredCart } from './carts.ts';
import type { TurnClaim } from './claim-conversation.ts';
import type { Db } from './client.ts';
import { findUnanswered, type InboundText, toInboundTexts } from './inbound-texts.ts';
import type { OpenProposal } from './proposals.ts';
import { ratingAskedBy } from './ratings.ts';

/** As many as a turn may tell the model (OPENAI_HISTORY_MESSAGES). */
const HISTORY_MESSAGES = 20;

export type CustomerFacts = {
  locale: Locale | null;
  firstName: string | null;
  email: string | null;
  optedOutAt: Date | null;
  /** They asked to be forgotten; it waits for an order. */
  eraseAskedAt: Date | null;
};
export type LoadedTurn = {
  customer: CustomerFacts & { profileName: string | null };
  focus: Focus;
  /** What is answered came as a flood (domain/flood.ts). */
  isSlowed: boolean;
  humanSince: Date | null;
  staffLastAt: Date | null;
  stored: StoredCart;
  openProposal: OpenProposal | undefined;
  /** Oldest first; what the turn answers is not among them. */
  history: { role: 'customer' | 'shop'; content: string; seq: string }[];
  /** What is older, as far as it was summed up. */
  summary: Summary;
  /** Unanswered messages in the order they came: one turn answers them all. */
  inbound: InboundText[];
};

export async function loadTurn(db: Db, claim: TurnClaim): Promise<LoadedTurn> {
  const { conversationId, customerId } = claim;
  const [known, unanswered, { stored, openProposal }, history] = await Promise.all([
    loadConversation(db, conversationId),
    findUnanswered(db, conversationId),
    loadOpenCart(db, customerId),
    loadHistory(db, conversationId),
  ]);
  const { locale, firstName, email, optedOutAt, eraseAskedAt, profileName, humanSince, staffLastAt, isSlowed } = known;
  const focus = readFocus(known.focus);
  // A thank-you or a reminder came after the summary: "ok merci" answers that, and orders nothing (invariant 4).
  if (!known.lastSaidKey?.startsWith('turn:') && focus.ask !== 'location') delete focus.ask;
  // Asked again each time: once anything else was said, what they write is no answer to it.
  const rates = ratingAskedBy(known.lastSaidKey);
  if (rates) focus.rates = rates;
  else delete focus.rates;
  return {
    customer: { locale: isLocale(locale) ? locale : null, firstName, email, optedOutAt, eraseAskedAt, profileName },
    ...{ focus, isSlowed, humanSince, staffLastAt, stored, openProposal, history },
    summary: readSummary(known.summary),
    inbound: await toInboundTexts(db, conversationId, unanswered),
  };
}

type KnownConversation = Omit<LoadedTurn['customer'], 'locale'> &
  Pick<LoadedTurn, 'isSlowed' | 'humanSince' | 'staffLastAt'> & {
    locale: string | null;
    focus: unknown;
    summary: unknown;
    /** Of the newest message to the customer. */
    lastSaidKey: string | null;
  };

async function loadConversation(db: Db, conversationId: string): Promise<KnownConversation> {
  const [known] = await db.$queryRaw<KnownConversation[]>`
    SELECT v.focus, v.summary, v.human_since AS "humanSince", v.staff_last_at AS "staffLastAt",
      v.slowed_until IS NOT NULL AS "isSlowed",
      c.locale, c.first_name AS "firstName", c.profile_name AS "profileName", c.email, c.opted_out_at AS "optedOutAt",
      c.erase_asked_at AS "eraseAskedAt",
      (SELECT business_key FROM outbound_messages WHERE conversation_id = v.id ORDER BY seq DESC LIMIT 1) AS "lastSaidKey"
    FROM conversations v JOIN customers c ON c.id = v.customer_id WHERE v.id = ${conversationId}::uuid`;
  if (!known) throw new AppError('conversation_gone', 'a claimed conversation is not in the database');
  return known;
}

async function loadHistory(db: Db, conversationId: string): Promise<LoadedTurn['history']> {
  const rows = await db.$queryRaw<LoadedTurn['history']>`
    SELECT role, content, seq::text AS seq FROM (
      (SELECT 'customer' AS role, left(words, 1000) AS content, received_at AS at, seq FROM (
        SELECT *, COALESCE(transcript, NULLIF(body, ''), CASE kind
          WHEN 'media' THEN '[sent a file]' WHEN 'location' THEN '[shared a location]' END) AS words
        FROM inbound_messages WHERE conversation_id = ${conversationId}::uuid AND turn_id IS NOT NULL) heard
        WHERE words IS NOT NULL
        ORDER BY seq DESC LIMIT ${HISTORY_MESSAGES})
      UNION ALL
      (SELECT 'shop', left(content->>'body', 1000), created_at, seq FROM outbound_messages
        WHERE conversation_id = ${conversationId}::uuid ORDER BY seq DESC LIMIT ${HISTORY_MESSAGES})
    ) messages ORDER BY at DESC, seq DESC LIMIT ${HISTORY_MESSAGES}`;
  return rows.reverse();
}
