import type { CartItem } from '../domain/cart.ts';
import { sameCart } from '../domain/cart.ts';
import type { Focus } from '../domain/conversation.ts';
import { AppError } from '../domain/errors.ts';
import type { OutboundContent } from '../domain/outbound-message.ts';
import type { ProposedOrder } from '../domain/proposal.ts';
import { storableJson } from '../domain/storable.ts';
import type { Summary } from '../domain/summary.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { type StoredCart, saveCart } from './carts.ts';
import { settled, type TurnClaim } from './claim-conversation.ts';
import type { Db, Tx } from './client.ts';
import { type HeardWish, noteWishes } from './consent-events.ts';
import { eraseCustomer } from './erase-customer.ts';
import type { CustomerFacts } from './load-turn.ts';
import { insertProposal, supersedeProposals } from './proposals.ts';
import { type GivenRating, saveRating } from './ratings.ts';
import { tellHumanCalled } from './takeovers.ts';
import { transact } from './transact.ts';

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
  /** How long the model was waited for, all its calls together. */
  modelMs: number;
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
  wishes: HeardWish[];
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
  /** How they liked an order. */
  rating: GivenRating | undefined;
  /** They asked to be forgotten and said yes: with this turn all that is theirs goes. */
  forgets: { optOutKey: Uint8Array } | undefined;
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
    await writeCart(tx, finished);
    const customer = await writeTurn(tx, finished);
    await noteWishes(tx, finished.claim.customerId, finished.wishes);
    const { humanSince } = finished;
    if (humanSince && humanSince.getTime() !== owned.humanSince?.getTime()) {
      const { conversationId } = finished.claim;
      await tellHumanCalled(tx, { conversationId, customer, humanSince });
    }
    const { forgets, claim, turn, rating } = finished;
    if (rating) await saveRating(tx, { ...rating, customerId: claim.customerId, at: turn.finishedAt });
    if (forgets) await eraseCustomer(tx, { ...claim, ...forgets, turnId: turn.id, at: turn.finishedAt });
    return 'committed';
  });
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

/**
 * All that every turn writes, in one statement: what each more of them costs is most of a turn's own time. Answers with
 * whose turn it was, as the team is told of them.
 */
async function writeTurn(
  tx: Tx,
  finished: FinishedTurn,
): Promise<{ firstName: string | null; profileName: string | null }> {
  const [customer] = await tx.$queryRaw<{ firstName: string | null; profileName: string | null }[]>`
    WITH turn AS (${turnRow(finished)}),
    answered AS (
      UPDATE inbound_messages SET turn_id = turn.id FROM turn
      WHERE inbound_messages.id = ANY(${finished.inboundIds}::uuid[])),
    replies AS (${replyRows(finished)}),
    conversation AS (${endedClaim(finished)})
    ${heardCustomer(finished)}`;
  return customer ?? { firstName: null, profileName: null };
}

const turnRow = ({ claim, turn }: FinishedTurn) => Prisma.sql`
  INSERT INTO conversation_turns (id, conversation_id, answered_by, model, tool_calls, input_tokens,
    cached_input_tokens, output_tokens, cost_micro_usd, model_ms, error, started_at, finished_at)
  VALUES (${turn.id}::uuid, ${claim.conversationId}::uuid, ${turn.answeredBy}, ${turn.model},
    ${storableJson(JSON.stringify(turn.toolCalls))}::jsonb, ${turn.inputTokens}::int, ${turn.cachedInputTokens}::int,
    ${turn.outputTokens}::int, ${turn.costMicroUsd}::int, ${turn.modelMs}::int, ${turn.error},
    ${turn.startedAt}::timestamptz, ${turn.finishedAt}::timestamptz)
  RETURNING id`;

/** In the order in which they are said: `seq` is counted as the rows come. */
const replyRows = ({ claim, turn, replies }: FinishedTurn) => Prisma.sql`
  INSERT INTO outbound_messages (business_key, customer_id, conversation_id, content, created_at)
  SELECT 'turn:' || ${turn.id}::text || ':' || reply.number, ${claim.customerId}::uuid, ${claim.conversationId}::uuid,
    reply.content, ${turn.finishedAt}::timestamptz
  FROM jsonb_array_elements(${storableJson(JSON.stringify(replies))}::jsonb) WITH ORDINALITY AS reply (content, number)
  ORDER BY reply.number`;

/** Ends the claim with what the turn leaves open; a conversation that is the bot's again has nobody of the staff. */
const endedClaim = ({ claim, focus, summary, humanSince, inboundIds }: FinishedTurn) => Prisma.sql`
  UPDATE conversations c SET focus = ${JSON.stringify(focus)}::jsonb, summary = ${storableJson(JSON.stringify(summary))}::jsonb,
    human_since = ${humanSince}::timestamptz,
    human_by = CASE WHEN ${humanSince}::timestamptz IS NOT NULL THEN human_by END,
    staff_last_at = CASE WHEN ${humanSince}::timestamptz IS NOT NULL THEN staff_last_at END,
    ${settled(inboundIds)}
  WHERE id = ${claim.conversationId}::uuid`;

/** A STOP that came while the turn ran stands: only what the turn knew is written over. */
const heardCustomer = ({ claim, customer, optedOutBefore }: FinishedTurn) => Prisma.sql`
  UPDATE customers SET locale = ${customer.locale}::text, first_name = ${customer.firstName}::text,
    email = ${customer.email}::text, erase_asked_at = ${customer.eraseAskedAt}::timestamptz,
    opted_out_at = CASE WHEN opted_out_at IS NOT DISTINCT FROM ${optedOutBefore}::timestamptz
      THEN ${customer.optedOutAt}::timestamptz ELSE opted_out_at END,
    updated_at = now()
  WHERE id = ${claim.customerId}::uuid RETURNING first_name AS "firstName", profile_name AS "profileName"`;
