import type { OutboundContent } from '../domain/outbound-message.ts';
import { type NonText, nonTextOf } from '../domain/spoken-content.ts';
import type { OutboundStatus } from '../generated/prisma/enums.ts';
import type { Db } from './client.ts';
import type { TurnRecord } from './commit-turn.ts';
import { type ConversationHead, headOf, type Speaker, staffIdOf } from './staff-conversations.ts';

export type ShownMessage = {
  id: string;
  speaker: Speaker;
  /** Who of the staff wrote it, while there is an account. */
  staffName: string | null;
  at: Date;
  text: string;
  nonText: NonText | null;
  /** What the customer could tap, beyond what the text names. */
  choices: string[];
  /** What the bot did before it said this, told with the first message of a turn, and only where it was asked for. */
  turn: ShownTurn | null;
  /** How far our own message got; `errorCode` is Twilio's, where one was told. */
  delivery: { status: OutboundStatus; errorCode: number | null } | null;
};
/** How a turn of the bot came to its words, and what that took. */
export type ShownTurn = {
  answeredBy: string;
  toolCalls: TurnRecord['toolCalls'];
  tokens: number;
  /** Null where no model was asked or its price is not known. */
  costMicroUsd: number | null;
  modelMs: number;
  error: string | null;
};
/** Everything before these sequence numbers is earlier. */
export type MessageCursor = { inboundSeq: bigint; outboundSeq: bigint };
export type ConversationPage = ConversationHead & {
  /** Oldest first. */
  messages: ShownMessage[];
  /** inbound_messages.seq of the newest of the customer's on the page; null where they have none. */
  newestInboundSeq: bigint | null;
  /** Where the earlier messages begin; null when these are the first. */
  earlier: MessageCursor | null;
};

type Stored = ShownMessage & { seq: bigint };

/** A conversation and the last `limit` of its messages before `before`. */
export async function conversationPage(
  db: Db,
  input: { conversationId: string; now: Date; limit: number; before?: MessageCursor; withTurns: boolean },
): Promise<ConversationPage | undefined> {
  const { conversationId, now, limit, before, withTurns } = input;
  const found = await db.conversation.findUnique({
    where: { id: conversationId },
    include: { customer: true, human: { select: { id: true, name: true } } },
  });
  if (!found) return undefined;
  const { customer, human, ...conversation } = found;
  const { firstName, profileName, phone, lastInboundAt } = customer;
  const facts = { firstName, profileName, phone, lastInboundAt };
  const person = { personId: human?.id ?? null, personName: human?.name ?? null };
  const [inbound, outbound] = await Promise.all([
    lastInbound(db, { conversationId, take: limit + 1, before: before?.inboundSeq }),
    lastOutbound(db, { conversationId, take: limit + 1, before: before?.outboundSeq }, withTurns),
  ]);
  const newestInboundSeq = inbound[0]?.seq ?? null;
  return {
    ...headOf({ ...conversation, ...facts, ...person }, now),
    ...{ newestInboundSeq, ...mergeNewest(inbound, outbound, limit, before) },
  };
}

type Slice = { conversationId: string; take: number; before: bigint | undefined };
const sliceOf = ({ conversationId, take, before }: Slice) =>
  ({
    where: { conversationId, ...(before !== undefined && { seq: { lt: before } }) },
    orderBy: { seq: 'desc' },
    take,
  }) as const;

async function lastInbound(db: Db, slice: Slice): Promise<Stored[]> {
  const rows = await db.inboundMessage.findMany(sliceOf(slice));
  return rows.map(({ id, seq, kind, body, transcript, fields, receivedAt }) => {
    const mediaType = (fields as Record<string, unknown>).MediaContentType0;
    const nonText = nonTextOf({ kind, mediaType: typeof mediaType === 'string' ? mediaType : null });
    const said = { speaker: 'customer', staffName: null, at: receivedAt, text: transcript ?? body } as const;
    return { id, seq, ...said, nonText, choices: [], turn: null, delivery: null };
  });
}

/** `turn:<id>:1` is the first message of a turn (db/commit-turn.ts). */
const turnIdOf = (businessKey: string): string | undefined => /^turn:([^:]+):1$/.exec(businessKey)?.[1];

async function turnsOf(db: Db, businessKeys: readonly string[]): Promise<Map<string, ShownTurn>> {
  const rows = await db.conversationTurn.findMany({
    where: { id: { in: businessKeys.flatMap((key) => turnIdOf(key) ?? []) } },
  });
  return new Map(
    rows.map(({ id, answeredBy, toolCalls, inputTokens, outputTokens, costMicroUsd, modelMs, error }) => [
      id,
      {
        ...{ answeredBy, costMicroUsd, modelMs, error, tokens: inputTokens + outputTokens },
        toolCalls: toolCalls as TurnRecord['toolCalls'],
      },
    ]),
  );
}

async function lastOutbound(db: Db, slice: Slice, withTurns: boolean): Promise<Stored[]> {
  const rows = await db.outboundMessage.findMany(sliceOf(slice));
  const turns = withTurns
    ? await turnsOf(
        db,
        rows.map(({ businessKey }) => businessKey),
      )
    : new Map<string, ShownTurn>();
  const ids = rows.flatMap(({ businessKey }) => staffIdOf(businessKey) ?? []);
  const staff = ids.length > 0 ? await db.staffMember.findMany({ where: { id: { in: ids } } }) : [];
  return rows.map(({ id, seq, businessKey, content, status, errorCode, createdAt }) => {
    const { body, buttons, list, media } = content as OutboundContent;
    const staffId = staffIdOf(businessKey);
    const nonText = media ? (media.kind === 'pickup_qr' ? 'pickup_qr' : 'picture') : null;
    return {
      ...{ id, seq, at: createdAt, text: body, nonText, delivery: { status, errorCode } },
      turn: turns.get(turnIdOf(businessKey) ?? '') ?? null,
      speaker: staffId ? 'staff' : 'bot',
      staffName: staff.find((member) => member.id === staffId)?.name ?? null,
      choices: (buttons ?? list?.items ?? [])
        .map(({ title }) => title)
        .filter((title) => !body.includes(title.replace(/…$/, ''))),
    };
  });
}

/** Both sides newest first, woven by time; each keeps its own order, so that the cursor leaves nothing out. */
function mergeNewest(
  inbound: Stored[],
  outbound: Stored[],
  limit: number,
  before?: MessageCursor,
): Pick<ConversationPage, 'messages' | 'earlier'> {
  const waiting = { inbound: [...inbound], outbound: [...outbound] };
  let cursor = before ?? { inboundSeq: (inbound[0]?.seq ?? 0n) + 1n, outboundSeq: (outbound[0]?.seq ?? 0n) + 1n };
  const newestFirst: Stored[] = [];
  while (newestFirst.length < limit) {
    const [asked, said] = [waiting.inbound[0], waiting.outbound[0]];
    const next = asked && (!said || asked.at > said.at) ? waiting.inbound.shift() : waiting.outbound.shift();
    if (!next) break;
    newestFirst.push(next);
    cursor = next === asked ? { ...cursor, inboundSeq: next.seq } : { ...cursor, outboundSeq: next.seq };
  }
  const isMore = waiting.inbound.length + waiting.outbound.length > 0;
  const messages = newestFirst.reverse().map(({ seq: _, ...message }) => message);
  return { messages, earlier: isMore ? cursor : null };
}
