import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';
import { LEASE_SECONDS } from './lease.ts';
import { despiteCuts } from './transact.ts';

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

/** What ends a claim on `conversations c`: due again only when messages wait that the statement itself does not answer. */
export const settled = (answering: readonly string[]) => Prisma.sql`
  claimed_until = NULL, failed_turns = 0,
  turn_due_at = CASE WHEN EXISTS (
    SELECT 1 FROM inbound_messages m WHERE m.conversation_id = c.id AND m.turn_id IS NULL
      AND m.id <> ALL(${answering}::uuid[])
  ) THEN COALESCE(turn_due_at, now()) END`;

/** Ends a claim that found nothing to answer. */
export async function settleClaim(db: Db, claim: TurnClaim): Promise<void> {
  await db.$executeRaw`
    UPDATE conversations c SET ${settled([])}
    WHERE id = ${claim.conversationId}::uuid AND claim_token = ${claim.claimToken}`;
}
