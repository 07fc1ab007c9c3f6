import { readSent, type Sent } from '../domain/inbound-content.ts';
import type { OutboundContent } from '../domain/outbound-message.ts';
import { type Quoted, quoteOf } from '../domain/quoted.ts';
import { storableText } from '../domain/storable.ts';
import { buttonBehind, isTemplateButton } from '../domain/template.ts';
import type { InboundMessage } from '../generated/prisma/client.ts';
import type { InboundKind } from '../generated/prisma/enums.ts';
import type { Db } from './client.ts';

/** A customer's message as a turn takes it. */
export type InboundText = {
  id: string;
  messageSid: string;
  kind: InboundKind;
  body: string;
  payload: string | null;
  receivedAt: Date;
  sent: Sent;
  /** What their words reply to; never set for a tap, whose payload says all. */
  quoted?: Quoted;
  /** For voice notes: `heard` has its transcript as body; the others say why there is none. Unset: not listened to yet. */
  voice?: 'heard' | 'unheard' | 'too_long' | 'not_now';
};

/** From then on a voice note is the words in it. */
export const heardAs = (transcript: string) => ({ kind: 'text', body: transcript, voice: 'heard' }) as const;

/** Keeps what was understood of a voice note; of two turns that listened, the first is right. Answers what is kept. */
export async function keepTranscript(db: Db, messageId: string, transcript: string): Promise<string> {
  const [kept] = await db.$queryRaw<{ transcript: string }[]>`
    UPDATE inbound_messages SET transcript = COALESCE(transcript, ${storableText(transcript)}::text)
    WHERE id = ${messageId}::uuid RETURNING transcript`;
  return kept?.transcript ?? transcript;
}

type Unanswered = Pick<
  InboundMessage,
  'id' | 'messageSid' | 'kind' | 'body' | 'payload' | 'receivedAt' | 'fields' | 'transcript'
>;

/** What a customer wrote that no turn has answered, in the order in which it came. */
export async function findUnanswered(db: Db, conversationId: string): Promise<Unanswered[]> {
  return db.$queryRaw<Unanswered[]>`
    SELECT id, message_sid AS "messageSid", kind::text AS kind, body, payload, received_at AS "receivedAt", fields, transcript FROM inbound_messages
    WHERE conversation_id = ${conversationId}::uuid AND turn_id IS NULL ORDER BY seq`;
}

/** The stored messages of one conversation, each with what was understood of it and what its words reply to. */
export async function toInboundTexts(
  db: Db,
  conversationId: string,
  rows: readonly Unanswered[],
): Promise<InboundText[]> {
  return Promise.all(
    rows.map(async ({ id, messageSid, kind, body, payload, receivedAt, fields, transcript }) => {
      const sent = readSent(fields);
      const tapped = payload !== null && isTemplateButton(payload);
      const asked = tapped ? await askedByTemplate(db, conversationId, payload, sent.repliesToSid) : payload;
      const isWords = tapped && asked === null;
      const toldKind = isWords ? ('text' as const) : kind;
      const message = { id, messageSid, kind: toldKind, body, payload: asked, receivedAt, sent };
      const isReply = sent.repliesToSid !== undefined && asked === null;
      return {
        ...message,
        ...(transcript !== null && heardAs(transcript)),
        ...(isReply && { quoted: await findQuoted(db, conversationId, sent.repliesToSid ?? '') }),
      };
    }),
  );
}

/** The button of our own message that a template's stands for; null where the message is not known, and the title is words. */
async function askedByTemplate(
  db: Db,
  conversationId: string,
  payload: string,
  repliesToSid: string | undefined,
): Promise<string | null> {
  if (repliesToSid === undefined) return null;
  const where = { twilioSid: repliesToSid, conversationId };
  const said = await db.outboundMessage.findFirst({ where, select: { content: true } });
  return buttonBehind(payload, (said?.content as OutboundContent | undefined)?.buttons) ?? null;
}

/** What a message with that Twilio SID said and meant; one of another conversation is as good as unknown. */
async function findQuoted(db: Db, conversationId: string, sid: string): Promise<Quoted> {
  const [said, heard] = await Promise.all([
    db.outboundMessage.findFirst({ where: { twilioSid: sid, conversationId }, select: { content: true } }),
    db.inboundMessage.findFirst({
      where: { messageSid: sid, conversationId },
      select: { body: true, transcript: true },
    }),
  ]);
  if (said) return quoteOf(said.content as OutboundContent);
  return { by: heard ? 'customer' : 'unknown', body: heard?.transcript ?? heard?.body ?? '' };
}
