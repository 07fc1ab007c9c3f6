import { isUuid } from './uuid.ts';

export const LIVE_KINDS = ['message_in', 'message_out', 'status', 'conversation'] as const;

/**
 * That something changed in a conversation: a message came, one was written, one got further on its way, or who answers.
 * Ids only: whoever is told reads the rest from the database, if they may.
 */
export type LiveChange = {
  kind: (typeof LIVE_KINDS)[number];
  conversationId: string;
  /** ISO 8601, by PostgreSQL's clock. */
  at: string;
};

/** A NOTIFY's payload; undefined for what we did not write. */
export function readLiveChange(payload: string): LiveChange | undefined {
  let given: Partial<Record<keyof LiveChange, unknown>> | null;
  try {
    given = JSON.parse(payload);
  } catch {
    return undefined;
  }
  const { conversationId, at } = given ?? {};
  const kind = LIVE_KINDS.find((each) => each === given?.kind);
  if (!kind || typeof conversationId !== 'string' || !isUuid(conversationId) || typeof at !== 'string')
    return undefined;
  return { kind, conversationId, at };
}
