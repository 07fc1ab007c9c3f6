import type { OutboundContent } from '../domain/outbound-message.ts';
import { type Quoted, quoteOf } from '../domain/quoted.ts';
import type { Db } from './client.ts';
import type { InboundText } from './turns.ts';

/** What a message of this conversation with that Twilio SID said and meant. */
async function findQuoted(db: Db, conversationId: string, sid: string): Promise<Quoted> {
  const [said, heard] = await Promise.all([
    db.outboundMessage.findFirst({ where: { twilioSid: sid, conversationId }, select: { content: true } }),
    db.inboundMessage.findFirst({ where: { messageSid: sid, conversationId }, select: { body: true } }),
  ]);
  if (said) return quoteOf(said.content as OutboundContent);
  return { by: heard ? 'customer' : 'unknown', body: heard?.body ?? '' };
}

/** The same messages, each with what its words reply to. Another customer's messages are as good as unknown. */
export async function withQuotes(
  db: Db,
  conversationId: string,
  messages: readonly InboundText[],
): Promise<InboundText[]> {
  return Promise.all(
    messages.map(async (message) => {
      const { repliesToSid } = message.sent;
      if (!repliesToSid || message.payload !== null) return message;
      return { ...message, quoted: await findQuoted(db, conversationId, repliesToSid) };
    }),
  );
}
