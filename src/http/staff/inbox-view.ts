import { storableText } from '../../domain/storable.ts';
import type { ConversationGroup, ConversationWish } from '../../flows/show-conversations.ts';
import { single } from '../identifiers.ts';

export const CONVERSATION_GROUPS: readonly ConversationGroup[] = ['all', 'waiting', 'with_person'];

/** Which conversations an address asks for. Words are looked for everywhere: a group is one more click. */
export function readInboxView(query: Record<string, unknown>): ConversationWish {
  const words = storableText(single(query.q)).trim().slice(0, 80);
  if (words) return { group: 'all', query: words };
  return { group: CONVERSATION_GROUPS.find((each) => each === query.show) ?? 'all' };
}

export const inboxAddress = (group: ConversationGroup): string =>
  group === 'all' ? '/staff/conversations' : `/staff/conversations?show=${group}`;
