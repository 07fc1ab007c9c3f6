import { maskPhone } from '../domain/phone.ts';
import { type NonText, nonTextOf } from '../domain/spoken-content.ts';
import { personHasIt, personHasItUntil, waitsForPerson } from '../domain/takeover.ts';
import type { Db } from './client.ts';

export type Speaker = 'customer' | 'bot' | 'staff';

/** Who a conversation is with, and who answers in it. */
export type ConversationHead = {
  id: string;
  customerName: string | null;
  /** domain/phone.ts maskPhone; null when WhatsApp hid the number. */
  maskedPhone: string | null;
  lastInboundAt: Date | null;
  /** The customer's last message is for a person who has not answered it. */
  isWaiting: boolean;
  /** Until when the bot keeps quiet; null while it answers. */
  personUntil: Date | null;
  /** Who of the staff has it; null while nobody has. */
  person: { id: string; name: string } | null;
};
export type ConversationRow = ConversationHead & {
  /** The customer's messages since staff last looked, at most MOST_UNREAD. */
  unread: number;
  last: { speaker: Speaker; at: Date; text: string; nonText: NonText | null } | null;
};

type HeadRow = {
  id: string;
  firstName: string | null;
  profileName: string | null;
  phone: string | null;
  lastInboundAt: Date | null;
  humanSince: Date | null;
  staffLastAt: Date | null;
  personId: string | null;
  personName: string | null;
};

export function headOf(row: HeadRow, now: Date): ConversationHead {
  const isPaused = personHasIt(row, now);
  return {
    id: row.id,
    customerName: row.firstName ?? row.profileName,
    maskedPhone: row.phone && maskPhone(row.phone),
    lastInboundAt: row.lastInboundAt,
    isWaiting: waitsForPerson(row, now),
    personUntil: isPaused ? personHasItUntil(row) : null,
    person: isPaused && row.personId && row.personName ? { id: row.personId, name: row.personName } : null,
  };
}

/** More than that are "99+". */
const MOST_UNREAD = 100;

type ListRow = HeadRow & {
  unread: number;
  lastAt: Date | null;
  lastKind: string | null;
  lastText: string | null;
  lastMediaType: string | null;
  /** Business key of our own message; null for the customer's. */
  lastKey: string | null;
};

/** These conversations, in this order. */
export async function conversationRows(db: Db, ids: readonly string[], now: Date): Promise<ConversationRow[]> {
  const rows = await db.$queryRaw<ListRow[]>`
    SELECT v.id, c.first_name AS "firstName", c.profile_name AS "profileName", c.phone,
      c.last_inbound_at AS "lastInboundAt", v.human_since AS "humanSince", v.staff_last_at AS "staffLastAt",
      s.id AS "personId", s.name AS "personName", last.at AS "lastAt", last.kind AS "lastKind", last.text AS "lastText",
      last.media_type AS "lastMediaType", last.key AS "lastKey",
      (SELECT count(*)::int FROM (SELECT FROM inbound_messages
        WHERE conversation_id = v.id AND seq > COALESCE(v.staff_read_seq, 0) LIMIT ${MOST_UNREAD}::int) new) AS unread
    FROM conversations v JOIN customers c ON c.id = v.customer_id LEFT JOIN staff_members s ON s.id = v.human_by
    LEFT JOIN LATERAL (
      SELECT * FROM (
        (SELECT received_at AS at, 1 AS side, kind::text, left(body, 200) AS text,
            fields->>'MediaContentType0' AS media_type, NULL AS key
          FROM inbound_messages WHERE conversation_id = v.id ORDER BY seq DESC LIMIT 1)
        UNION ALL
        (SELECT created_at, 2, 'text', left(content->>'body', 200), NULL, business_key
          FROM outbound_messages WHERE conversation_id = v.id ORDER BY seq DESC LIMIT 1)
      ) said ORDER BY at DESC, side DESC LIMIT 1
    ) last ON true
    WHERE v.id = ANY(${ids}::uuid[])`;
  const byId = new Map(rows.map((row) => [row.id, rowOf(row, now)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Notes that staff have seen what the customer wrote up to this message; nothing where they had. */
export async function markRead(db: Db, conversationId: string, upToSeq: bigint): Promise<void> {
  await db.$executeRaw`
    UPDATE conversations SET staff_read_seq = ${upToSeq}
    WHERE id = ${conversationId}::uuid AND COALESCE(staff_read_seq, 0) < ${upToSeq}`;
}

/** `staff:<id>:<form>` is a person's (flows/take-over.ts), any other key the shop's own. */
export const staffIdOf = (businessKey: string): string | undefined => /^staff:([^:]+):/.exec(businessKey)?.[1];

function rowOf(row: ListRow, now: Date): ConversationRow {
  const { lastAt, lastKind, lastText, lastMediaType: mediaType, lastKey } = row;
  const speaker = lastKey === null ? 'customer' : staffIdOf(lastKey) ? 'staff' : 'bot';
  const nonText = lastKind ? nonTextOf({ kind: lastKind, mediaType }) : null;
  const last = lastAt && { speaker: speaker as Speaker, at: lastAt, text: lastText ?? '', nonText };
  return { ...headOf(row, now), unread: row.unread, last };
}

/** Who waits for a person, longest first; then by the last message, newest first. */
export function byUrgency(a: ConversationRow, b: ConversationRow): number {
  if (a.isWaiting !== b.isWaiting) return a.isWaiting ? -1 : 1;
  const older = (a.last?.at.getTime() ?? 0) - (b.last?.at.getTime() ?? 0);
  return a.isWaiting ? older : -older;
}
