import { enqueueMessage } from '../../src/db/outbox.ts';
import { agentNeeds, openPhone, scriptedModel } from './conversation.ts';
import type { TestDatabase } from './test-database.ts';

/** What a person is known by: each of these stands somewhere when `knownCustomer` is through. */
export const MARKS = [
  '590691234567',
  'zoraide',
  'marqueur',
  'zoraide@exemple.org',
  'secretmot',
  'rue du phare',
  'cs_forget_url',
  'receipt_forget',
];

/** A customer of whom something stands in every place where a person may stand. */
export async function knownCustomer(database: TestDatabase) {
  const { model } = scriptedModel([
    { call: ['set_customer_details', { first_name: 'Zoraide', email: 'zoraide@exemple.org', language: null }] },
    { text: 'C’est noté, Zoraide : secretmot.' },
  ]);
  const needs = agentNeeds(database, {
    model,
    media: { fetch: async () => ({ bytes: Buffer.from('OggS'), contentType: 'audio/ogg' }) as never },
    transcriber: { transcribe: async () => 'bonjour, je dis secretmot tout haut' },
  });
  const rules = openPhone({ ...needs, model: null }, 'whatsapp:+590691234567');
  const send = (fields: Record<string, string>) =>
    rules.sends({ ...fields, ProfileName: 'Zoraide Marqueur', WaId: '590691234567' });
  await openPhone(needs, rules.channelAddress).sends({
    Body: 'je suis Zoraide, zoraide@exemple.org, et j’habite rue du Phare, secretmot',
    ProfileName: 'Zoraide Marqueur',
  });
  await send({ NumMedia: '1', MediaUrl0: 'https://api.twilio.com/secretmot', MediaContentType0: 'audio/ogg' });
  await send({ Body: '2 michelin 205/55 r16 et 1 secretmot' });
  await send({ Body: 'STOP' });
  await send({ Body: 'vider le panier' });
  await send({ Body: '1 bridgestone 205/55 r16' });
  await send({ Body: 'commander' });
  await send({ Body: 'oui' });
  const [order] = await rules.orders();
  if (!order) throw new Error('no order was made');
  const { db } = database;
  const attempt = await db.paymentAttempt.findFirstOrThrow({ where: { orderId: order.id } });
  await db.$executeRaw`SET session_replication_role = replica`;
  await db.paymentAttempt.update({
    where: { id: attempt.id },
    data: {
      sessionId: 'cs_forget',
      paymentIntentId: 'pi_forget',
      url: 'https://checkout/cs_forget_url',
      status: 'PAID',
    },
  });
  await db.$executeRaw`SET session_replication_role = DEFAULT`;
  await db.payment.create({
    data: {
      ...{ attemptId: attempt.id, paymentIntentId: 'pi_forget', amountMinor: order.totalMinor, currency: 'EUR' },
      ...{ receiptUrl: 'https://stripe/receipt_forget', receivedAt: new Date() },
    },
  });
  const person = {
    email: 'zoraide@exemple.org',
    name: 'Zoraide Marqueur',
    phone: '+590691234567',
    address: { line1: 'rue du Phare' },
  };
  for (const [index, object] of [
    {
      id: 'cs_forget',
      object: 'checkout.session',
      customer_details: person,
      customer_email: person.email,
      metadata: { orderId: order.id },
      amount_total: 10490,
    },
    {
      id: 'ch_1',
      object: 'charge',
      payment_intent: 'pi_forget',
      billing_details: person,
      receipt_email: person.email,
      receipt_url: 'https://stripe/receipt_forget',
    },
  ].entries()) {
    await db.paymentEvent.create({
      data: {
        ...{
          stripeEventId: `evt_${index}`,
          type: 'x',
          livemode: false,
          happenedAt: new Date(),
          receivedAt: new Date(),
        },
        payload: { id: `evt_${index}`, data: { object } },
      },
    });
  }
  await db.notification.create({
    data: {
      businessKey: `receipt:${order.id}`,
      channel: 'email',
      orderId: order.id,
      content: { to: 'customer', email: person.email, kind: 'receipt' },
      createdAt: new Date(),
    },
  });
  await send({ Body: 'je veux parler à quelqu’un' });
  await send({ ButtonPayload: 'resume', ButtonText: 'Reprendre ici' });
  const { id: customerId } = await rules.customer();
  await enqueueMessage(db, {
    businessKey: `reminder:${order.id}:1`,
    customerId,
    orderId: order.id,
    content: { body: 'Bonjour Zoraide' },
    at: new Date(),
  });
  return { rules, order, customerId, send };
}
