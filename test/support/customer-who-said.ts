import { enqueueMessage } from '../../src/db/outbox.ts';
import { agentNeeds, openPhone } from './conversation.ts';
import type { TestDatabase } from './test-database.ts';

/** Who has ordered, and fetched it if told, and said `word` in every place that keeps words. */
export async function customerWhoSaid(database: TestDatabase, word: string, { isOver }: { isOver: boolean }) {
  const needs = agentNeeds(database, {
    media: { fetch: async () => ({ bytes: Buffer.from('OggS'), contentType: 'audio/ogg' }) as never },
    transcriber: { transcribe: async () => `bonjour, ${word} tout haut` },
  });
  const ana = openPhone(needs);
  const address = { From: ana.channelAddress, ProfileName: `Ana ${word}` };
  await ana.sends({ ...address, NumMedia: '1', MediaUrl0: `https://media/${word}`, MediaContentType0: 'audio/ogg' });
  for (const Body of [`2 michelin ${word}`, '1 bridgestone 205/55 r16', 'commander', 'oui'])
    await ana.sends({ ...address, Body });
  const [order] = await ana.orders();
  if (!order) throw new Error('no order was made');
  const { db } = database;
  if (isOver)
    for (const status of ['confirmed', 'collected'] as const)
      await db.order.update({ where: { id: order.id }, data: { status } });
  const { id: customerId, conversation } = await ana.customer();
  const conversationId = conversation?.id ?? '';
  await enqueueMessage(db, {
    ...{ businessKey: `ready:${order.id}`, customerId, orderId: order.id, at: new Date() },
    content: { body: `Bonjour ${word}` },
  });
  await db.conversationTurn.updateMany({
    where: { conversationId },
    data: { toolCalls: [{ name: 'search_products', arguments: word, outcome: '' }], error: word },
  });
  await db.conversation.update({ where: { id: conversationId }, data: { summary: { word } } });
  await db.outboundMessage.updateMany({ data: { status: 'delivered' } });
  return { ana, order, customerId, conversationId };
}
