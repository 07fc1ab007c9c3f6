import { storableText } from '../../domain/storable.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { ConversationGroup, ConversationWish, InboxPlace } from '../../flows/show-conversations.ts';
import { single } from '../identifiers.ts';

export const CONVERSATION_GROUPS: readonly ConversationGroup[] = ['all', 'waiting', 'with_person'];

/** Which conversations an address asks for. Words are looked for everywhere: a group is one more click. */
export function readInboxView(query: Record<string, unknown>): ConversationWish {
  const words = storableText(single(query.q)).trim().slice(0, 80);
  const older = readInboxPlace(single(query.older));
  const place = older && { older };
  if (words) return { group: 'all', query: words, ...place };
  return { group: CONVERSATION_GROUPS.find((each) => each === query.show) ?? 'all', ...place };
}

/** The address that shows these, e.g. /staff/conversations?show=waiting */
export function inboxAddress({ group, query }: Omit<ConversationWish, 'older'>, older?: InboxPlace): string {
  const named = { show: group === 'all' ? '' : group, q: query ?? '', older: older ? placeText(older) : '' };
  const search = new URLSearchParams(Object.entries(named).filter(([, value]) => value !== ''));
  return search.size > 0 ? `/staff/conversations?${search}` : '/staff/conversations';
}

function placeText(place: InboxPlace): string {
  if (place.of === 'pause') return `${place.since.getTime()}_${place.id}`;
  if (place.of === 'found') return `${place.upToSeq}_${place.seq}_${place.id}`;
  const { below, upTo } = place;
  return [upTo.inboundSeq, upTo.outboundSeq, below.inboundSeq, below.outboundSeq].join('_');
}

const isCount = (text: string | undefined): text is string => /^\d{1,15}$/.test(text ?? '');

/** Undefined for what placeText did not write. */
function readInboxPlace(text: string): InboxPlace | undefined {
  const [first, second, third, fourth, ...more] = text.split('_');
  if (!isCount(first) || second === undefined || more.length > 0) return undefined;
  if (third === undefined) {
    const isTime = first.length <= 13 && isUuid(second);
    return isTime ? { of: 'pause', since: new Date(Number(first)), id: second } : undefined;
  }
  if (!isCount(second)) return undefined;
  const [upTo, below] = [BigInt(first), BigInt(second)];
  if (fourth === undefined) return isUuid(third) ? { of: 'found', upToSeq: upTo, seq: below, id: third } : undefined;
  if (!isCount(third) || !isCount(fourth)) return undefined;
  return {
    of: 'latest',
    upTo: { inboundSeq: upTo, outboundSeq: below },
    below: { inboundSeq: BigInt(third), outboundSeq: BigInt(fourth) },
  };
}
