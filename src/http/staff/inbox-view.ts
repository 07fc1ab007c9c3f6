import { storableText } from '../../domain/storable.ts';
import type { ConversationGroup, ConversationWish } from '../../flows/show-conversations.ts';
import { single } from '../identifiers.ts';

export const CONVERSATION_GROUPS: readonly ConversationGroup[] = ['all', 'waiting', 'with_person'];

/** Which conversations an address asks for. */
export function readInboxView(query: Record<string, unknown>): ConversationWish {
  const group = CONVERSATION_GROUPS.find((each) => each === query.show) ?? 'all';
  const words = storableText(single(query.q)).trim().slice(0, 80);
  return { group, ...(words && { query: words }) };
}

export function inboxAddress({ group, query }: ConversationWish): string {
  const given = new URLSearchParams({ ...(group !== 'all' && { show: group }), ...(query && { q: query }) }).toString();
  return given ? `/staff/conversations?${given}` : '/staff/conversations';
}
