import { isUuid } from './uuid.ts';

export const CONVERSATION_KINDS = ['message_in', 'message_out', 'status', 'conversation'] as const;

/**
 * That something changed: in a conversation (a message came, one was written, one got further on its way, or who answers), or
 * with an order (placed, or in another state). Ids only: whoever is told reads the rest from the database, if they may.
 * `at` is ISO 8601, by PostgreSQL's clock.
 */
export type LiveChange =
  | { kind: (typeof CONVERSATION_KINDS)[number]; conversationId: string; at: string }
  | { kind: 'order'; orderId: string; at: string }
  /** Something that needs somebody came or went (domain/concern.ts). */
  | { kind: 'concern'; at: string };

/** A NOTIFY's payload; undefined for what we did not write. */
export function readLiveChange(payload: string): LiveChange | undefined {
  let given: Partial<Record<'kind' | 'conversationId' | 'orderId' | 'at', unknown>> | null;
  try {
    given = JSON.parse(payload);
  } catch {
    return undefined;
  }
  const { conversationId, orderId, at } = given ?? {};
  if (typeof at !== 'string') return undefined;
  if (given?.kind === 'concern') return { kind: 'concern', at };
  if (given?.kind === 'order') {
    return typeof orderId === 'string' && isUuid(orderId) ? { kind: 'order', orderId, at } : undefined;
  }
  const kind = CONVERSATION_KINDS.find((each) => each === given?.kind);
  if (!kind || typeof conversationId !== 'string' || !isUuid(conversationId)) return undefined;
  return { kind, conversationId, at };
}
