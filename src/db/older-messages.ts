import type { Db } from './client.ts';
import type { TurnRecord } from './commit-turn.ts';

/** A customer's message that a turn has answered, with what that turn did. */
export type OlderMessage = {
  /** inbound_messages.seq as decimal digits. */
  seq: string;
  words: string;
  /** Of a tapped button or list row. */
  payload: string | null;
  toolCalls: TurnRecord['toolCalls'];
};

/** More at once is the beginning of a long conversation that no summary was kept of yet. */
const AT_MOST = 60;

/** The answered messages between two, the latest of them, oldest first. */
export async function olderMessages(
  db: Db,
  { conversationId, afterSeq, beforeSeq }: { conversationId: string; afterSeq: string; beforeSeq: string },
): Promise<OlderMessage[]> {
  const rows = await db.$queryRaw<OlderMessage[]>`
    SELECT m.seq::text AS seq, left(COALESCE(m.transcript, m.body), 1000) AS words, m.payload, t.tool_calls AS "toolCalls"
    FROM inbound_messages m JOIN conversation_turns t ON t.id = m.turn_id
    WHERE m.conversation_id = ${conversationId}::uuid AND m.seq > ${afterSeq}::bigint AND m.seq < ${beforeSeq}::bigint
    ORDER BY m.seq DESC LIMIT ${AT_MOST}`;
  return rows.reverse();
}
