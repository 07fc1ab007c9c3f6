import type { CartItem } from '../domain/cart.ts';
import { sameCart } from '../domain/cart.ts';
import { type Focus, readFocus } from '../domain/conversation.ts';
import { AppError } from '../domain/errors.ts';
import { isLocale, type Locale } from '../domain/locale.ts';
import type { OutboundContent } from '../domain/outbound-message.ts';
import type { ProposedOrder } from '../domain/proposal.ts';
import { asStorable } from '../domain/storable.ts';
import { readSummary, type Summary } from '../domain/summary.ts';
import type { Customer } from '../generated/prisma/client.ts';
import { loadOpenCart, type StoredCart, saveCart } from './carts.ts';
import type { Db, Tx } from './client.ts';
import { eraseCustomer } from './erase-customer.ts';
import { type InboundText, toInboundTexts } from './inbound-texts.ts';
import { findOpenProposal, insertProposal, type OpenProposal, supersedeProposals } from './proposals.ts';
import { tellHumanCalled } from './takeovers.ts';
import { despiteCuts, transact } from './transact.ts';

/** Renewed while the turn runs: only a dead worker loses its claim, and its customer waits no longer than this. */
const LEASE_SECONDS = 30;
export const RENEW_CLAIM_EVERY_MS = 10_000;
/** As many as a turn may tell the model (OPENAI_HISTORY_MESSAGES). */
const HISTORY_MESSAGES = 20;

/** `tries` counts claims since the last finished turn, this one included: a worker that dies has tried too. */
export type TurnClaim = { conversationId: string; customerId: string; claimToken: bigint; tries: number };

/** Claims the conversation that has waited longest for an answer: one writer per customer, fenced by the token. */
export async function claimConversation(db: Db): Promise<TurnClaim | undefined> {
  const [claim] = await db.$queryRaw<TurnClaim[]>`
    UPDATE conversations SET claim_token = claim_token + 1, failed_turns = failed_turns + 1,
      claimed_until = now() + ${LEASE_SECONDS}::int * interval '1 second'
    WHERE id = (
      SELECT id FROM conversations
      WHERE turn_due_at <= now() AND (claimed_until IS NULL OR claimed_until < now())
      ORDER BY turn_due_at FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING id AS "conversationId", customer_id AS "customerId", claim_token AS "claimToken", failed_turns AS tries`;
  return claim;
}

/** Keeps a claim while its turn still runs; nothing when somebody else owns the conversation by now. */
export async function renewClaim(db: Db, claim: TurnClaim): Promise<void> {
  await db.$executeRaw`
    UPDATE conversations SET claimed_until = now() + ${LEASE_SECONDS}::int * interval '1 second'
    WHERE id = ${claim.conversationId}::uuid AND claim_token = ${claim.claimToken} AND claimed_until IS NOT NULL`;
}

/** Gives a conversation back after a turn that crashed; nothing when somebody else owns it by now. */
export async function releaseConversation(db: Db, claim: TurnClaim, retryInSeconds: number): Promise<void> {
  await despiteCuts(
    () => db.$executeRaw`
      UPDATE conversations SET claimed_until = NULL, turn_due_at = now() + ${retryInSeconds}::int * interval '1 second'
      WHERE id = ${claim.conversationId}::uuid AND claim_token = ${claim.claimToken}`,
  );
}

export type CustomerFacts = {
  locale: Locale | null;
  firstName: string | null;
  email: string | null;
  optedOutAt: Date | null;
};
export type LoadedTurn = {
  customer: CustomerFacts & { profileName: string | null };
  focus: Focus;
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
  const conversation = await db.conversation.findUniqueOrThrow({
    where: { id: conversationId },
    include: { customer: true, inboundMessages: { where: { turnId: null }, orderBy: { seq: 'asc' } } },
  });
  const [stored, openProposal, history, lastSaid] = await Promise.all([
    loadOpenCart(db, customerId),
    findOpenProposal(db, customerId),
    loadHistory(db, conversationId),
    db.outboundMessage.findFirst({
      where: { conversationId },
      orderBy: { seq: 'desc' },
      select: { businessKey: true },
    }),
  ]);
  const focus = readFocus(conversation.focus);
  // A thank-you or a reminder came after the summary: "ok merci" answers that, and orders nothing (invariant 4).
  if (!lastSaid?.businessKey.startsWith('turn:') && focus.ask !== 'location') delete focus.ask;
  const { firstName, email, optedOutAt, profileName } = conversation.customer;
  const locale = isLocale(conversation.customer.locale) ? conversation.customer.locale : null;
  return {
    customer: { locale, firstName, email, optedOutAt, profileName },
    focus,
    humanSince: conversation.humanSince,
    staffLastAt: conversation.staffLastAt,
    stored,
    openProposal,
    history,
    summary: readSummary(conversation.summary),
    inbound: await toInboundTexts(db, conversationId, conversation.inboundMessages),
  };
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

export type TurnRecord = {
  id: string;
  answeredBy: 'fast_path' | 'model' | 'fallback' | 'silent';
  model: string | null;
  toolCalls: { name: string; arguments: unknown; outcome: string }[];
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  /** Null when no model was asked or its price is not known. */
  costMicroUsd: number | null;
  error: string | null;
  startedAt: Date;
  finishedAt: Date;
};
export type FinishedTurn = {
  claim: TurnClaim;
  turn: TurnRecord;
  inboundIds: string[];
  customer: CustomerFacts;
  /** As the turn found it. */
  optedOutBefore: Date | null;
  focus: Focus;
  summary: Summary;
  humanSince: Date | null;
  stored: StoredCart;
  cart: { locationId: string | null; items: CartItem[] };
  /** A new summary for this very cart. */
  proposal: (ProposedOrder & { id: string }) | undefined;
  /** True when the customer no longer wants what was proposed before. */
  dropsProposal: boolean;
  replies: OutboundContent[];
  /** They asked to be forgotten and said yes: with this turn all that is theirs goes. */
  forgets: boolean;
};

/**
 * Writes a whole turn or nothing. `lost` when the claim went to another worker meanwhile: that one answers.
 * Throws AppError `cart_conflict` when the cart was closed under the turn: run it again on what is true now.
 */
export async function commitTurn(db: Db, finished: FinishedTurn): Promise<'committed' | 'lost'> {
  return transact(db, async (tx) => {
    // The lock comes first: a message stored after it makes the conversation due again, one stored before is seen below.
    // Staff who take over meanwhile end the claim (db/takeovers.ts): a turn that began before does not answer after.
    const [owned] = await tx.$queryRaw<{ humanSince: Date | null }[]>`
      SELECT human_since AS "humanSince" FROM conversations WHERE id = ${finished.claim.conversationId}::uuid
        AND claim_token = ${finished.claim.claimToken} FOR UPDATE`;
    if (!owned) return 'lost';
    await writeTurn(tx, finished);
    await writeCart(tx, finished);
    await writeReplies(tx, finished);
    const customer = await writeCustomer(tx, finished);
    const { humanSince } = finished;
    if (humanSince && humanSince.getTime() !== owned.humanSince?.getTime()) {
      const { conversationId } = finished.claim;
      await tellHumanCalled(tx, { conversationId, customer, humanSince });
    }
    await closeClaim(tx, finished);
    if (finished.forgets)
      await eraseCustomer(tx, { ...finished.claim, turnId: finished.turn.id, at: finished.turn.finishedAt });
    return 'committed';
  });
}

async function writeTurn(tx: Tx, { claim, turn, inboundIds }: FinishedTurn): Promise<void> {
  const toolCalls = asStorable(turn.toolCalls) as { name: string; arguments: object; outcome: string }[];
  await tx.conversationTurn.create({ data: { ...turn, toolCalls, conversationId: claim.conversationId } });
  await tx.inboundMessage.updateMany({ where: { id: { in: inboundIds } }, data: { turnId: turn.id } });
}

async function writeCart(tx: Tx, finished: FinishedTurn): Promise<void> {
  const { claim, stored, cart, proposal } = finished;
  const at = finished.turn.finishedAt;
  const hasChanged = !sameCart(cart, stored.cart);
  const saved = hasChanged ? await saveCart(tx, { customerId: claim.customerId, stored, cart, at }) : stored;
  if (!saved) throw new AppError('cart_conflict', 'the cart was closed while its turn ran', { retryable: true });
  const { id: cartId, version: cartVersion } = saved;
  if (cartId === null) return;
  if (hasChanged || proposal || finished.dropsProposal) await supersedeProposals(tx, cartId);
  if (proposal) await insertProposal(tx, { ...proposal, cartId, cartVersion, createdAt: at });
}

async function writeReplies(tx: Tx, { claim, turn, replies }: FinishedTurn): Promise<void> {
  await tx.outboundMessage.createMany({
    data: replies.map((content, index) => ({
      businessKey: `turn:${turn.id}:${index + 1}`,
      customerId: claim.customerId,
      conversationId: claim.conversationId,
      content: asStorable(content),
      createdAt: turn.finishedAt,
    })),
  });
}

async function writeCustomer(tx: Tx, { claim, customer, optedOutBefore }: FinishedTurn): Promise<Customer> {
  const { optedOutAt, ...facts } = customer;
  // Only over what the turn knew: a STOP that came while it ran stands.
  await tx.customer.updateMany({ where: { id: claim.customerId, optedOutAt: optedOutBefore }, data: { optedOutAt } });
  return tx.customer.update({ where: { id: claim.customerId }, data: facts });
}

async function closeClaim(tx: Tx, { claim, focus, summary, humanSince }: FinishedTurn): Promise<void> {
  const isWithBot = humanSince === null && { humanBy: null, staffLastAt: null };
  const data = { focus, summary: asStorable(summary), humanSince, ...isWithBot };
  await tx.conversation.update({ where: { id: claim.conversationId }, data });
  await settleClaim(tx, claim);
}

/** Ends a claim: due again only when messages wait. For a claim that found nothing to answer, call it alone. */
export async function settleClaim(db: Db | Tx, claim: TurnClaim): Promise<void> {
  await db.$executeRaw`
    UPDATE conversations c SET claimed_until = NULL, failed_turns = 0,
      turn_due_at = CASE WHEN EXISTS (
        SELECT 1 FROM inbound_messages m WHERE m.conversation_id = c.id AND m.turn_id IS NULL
      ) THEN COALESCE(turn_due_at, now()) END
    WHERE id = ${claim.conversationId}::uuid AND claim_token = ${claim.claimToken}`;
}
