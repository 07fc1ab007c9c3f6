import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { enqueueMessage } from '../../src/db/outbox.ts';
import { openReview } from '../../src/db/reviews.ts';
import { transact } from '../../src/db/transact.ts';
import { latestOrders } from '../../src/flows/show-customer-orders.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import {
  agentNeeds,
  bodies,
  call,
  lastToolOutput,
  type ModelScript,
  openPhone,
  scriptedModel,
  talkWithModel,
} from '../support/conversation.ts';
import { dyingOnce, runTurnsAgain } from '../support/dying-worker.ts';
import { orderWithLink } from '../support/order-with-link.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// What is said about an order that there is, or was: its link, its end, its making again, its yes.

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
  // Enough for every customer of this file.
  await database.db.stockLevel.updateMany({ data: { onHand: 500 } });
});
afterAll(() => database.close());

const phone = (overrides: Parameters<typeof agentNeeds>[1] = {}) => openPhone(agentNeeds(database, overrides));
const talk = (steps: ModelScript) => talkWithModel(database, steps);
const ordered = (ana: ReturnType<typeof phone>) => orderWithLink(database, ana);

test('the model is told times in the shop’s time zone and the customer’s language', async () => {
  const { ana, requests } = talk([]);
  const order = await ordered(ana);
  await database.db.order.update({ where: { id: order.id }, data: { expiresAt: new Date('2999-01-01T02:30:00Z') } });
  let told: Record<string, unknown> = {};
  const asked = scriptedModel([
    call('order_status'),
    (request) => {
      told = lastToolOutput(request);
      return { text: 'Elle attend votre paiement.' };
    },
  ]);
  requests.length = 0;
  const needs = agentNeeds(database, { model: asked.model, clock: { now: () => new Date('2998-12-31T02:30:00Z') } });
  await database.db.customer.update({
    where: { channelAddress: ana.channelAddress },
    data: { channelAddress: 'whatsapp:+590690999999' },
  });
  const later = openPhone(needs, 'whatsapp:+590690999999');
  await later.says('dites, ma commande, il me reste combien de temps pour la régler');
  expect(JSON.stringify(told)).toMatch(/31 décembre à 22:30/);
  expect(JSON.stringify(asked.requests[0]?.input[1])).toMatch(/30 décembre à 22:30/);
});

test('a turn that is run again sends the payment link once', async () => {
  const { dieNext, newId } = dyingOnce();
  const ana = phone({ newId });
  await ordered(ana);
  dieNext();
  expect(await ana.says('renvoyez-moi le lien')).toEqual([]);
  await runTurnsAgain(database);
  const replies = await ana.says();
  expect(replies.map((reply) => reply.template?.key)).toEqual(['payment_link']);
});

async function expired(ana: ReturnType<typeof openPhone>, hoursAgo: number) {
  const order = await ordered(ana);
  const expiresAt = new Date(Date.now() - hoursAgo * 3600_000);
  await database.db.paymentAttempt.updateMany({ where: { orderId: order.id }, data: { status: 'EXPIRED' } });
  await database.db.order.update({ where: { id: order.id }, data: { status: 'expired', expiresAt } });
  return order;
}

test('a bare "ok" makes an expired order again for two days, then it is only an ok', async () => {
  const ana = phone();
  await expired(ana, 40);
  expect(bodies(await ana.says('ok'))).toContain('récapitulatif');
  const eve = phone();
  await expired(eve, 50);
  expect(bodies(await eve.says('ok'))).not.toContain('récapitulatif');
  expect(bodies(await eve.says('refaire la commande'))).toContain('récapitulatif');
});

test('making an order again leaves a cart in progress alone', async () => {
  const ana = phone();
  const order = await expired(ana, 1);
  await ana.says('2 michelin 195/65 r15');
  expect(bodies(await ana.taps(`again:${order.id}`))).toContain('déjà un panier');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([2]);
});

test('a yes with a condition orders nothing, even if the model takes it for a yes', async () => {
  let refused: Record<string, unknown> = {};
  const { ana } = talk([
    call('confirm_order'),
    (request) => {
      refused = lastToolOutput(request);
      return { text: 'Dans quel magasin ?' };
    },
  ]);
  await ana.says('commander');
  const needs = agentNeeds(database);
  await openPhone(needs, ana.channelAddress).says('1 bridgestone 205/55 r16');
  await openPhone(needs, ana.channelAddress).says('commander');
  await ana.says("oui mais plutôt à l'autre magasin");
  expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining('condition') });
  expect(await ana.orders()).toEqual([]);
});

test('a yes to a thank-you that came after the summary orders nothing: the summary is shown again', async () => {
  const ana = phone();
  const paid = await ordered(ana);
  await ana.says('1 bridgestone 205/55 r16');
  await ana.says('commander');
  const { customerId } = await database.db.order.findUniqueOrThrow({ where: { id: paid.id } });
  const content = { body: 'Merci !' };
  await enqueueMessage(database.db, {
    businessKey: `thank-you:${paid.id}`,
    customerId,
    orderId: paid.id,
    content,
    at: new Date(),
  });
  expect(bodies(await ana.says('ok merci'))).toContain('Total');
  expect(await ana.orders()).toHaveLength(1);
  await ana.says('oui');
  expect(await ana.orders()).toHaveLength(2);
});

test('whoever asks after a paid order gets its QR code with the answer', async () => {
  const ana = phone();
  const order = await ordered(ana);
  await database.db.order.update({ where: { id: order.id }, data: { status: 'confirmed' } });
  const pickup = await database.db.pickup.create({
    data: { orderId: order.id, tokenHash: order.id, mediaUntil: new Date('2999-01-01'), createdAt: new Date() },
  });
  const [answer] = await ana.says('où en est ma commande ?');
  expect(answer?.media).toEqual({ kind: 'pickup_qr', pickupId: pickup.id });
});

test.each([
  [
    'fr',
    'où en est ma commande ?',
    'la boutique le vérifie',
    'en attente de paiement',
    'je peux annuler ma commande ?',
  ],
  ['en', 'where is my order?', 'the shop is checking it', 'waiting for payment', 'can I cancel my order?'],
  ['es', 'dónde está mi pedido', 'la tienda lo está comprobando', 'pendiente de pago', '¿puedo cancelar mi pedido?'],
])(
  'an order whose payment the shop looks at says so to its customer, in %s',
  async (locale, asks, told, waits, may) => {
    const ana = phone();
    const order = await ordered(ana);
    const { channelAddress } = ana;
    const { id: customerId } = await database.db.customer.update({ where: { channelAddress }, data: { locale } });
    expect(bodies(await ana.says(asks))).toContain(waits);
    const review = { orderId: order.id, paymentId: null, key: `mismatch:${order.id}`, at: new Date() };
    await transact(database.db, (tx) => openReview(tx, { ...review, reason: 'amount_differs' }));
    const [answer] = await ana.says(asks);
    expect(answer?.body).toContain(told);
    expect(answer?.body).not.toContain(waits);
    // Nobody is led to pay twice, or told that there is nothing that could be cancelled.
    expect(answer?.buttons ?? []).toEqual([]);
    expect(bodies(await ana.says(may))).toContain(told);
    expect((await latestOrders(database, customerId))[0]).toMatchObject({
      status: 'payment_under_review',
      paymentUrl: null,
    });
  },
);

test('a customer whose bank suspects fraud hears nothing of it', async () => {
  const ana = phone();
  const order = await ordered(ana);
  await database.db.order.update({ where: { id: order.id }, data: { status: 'confirmed' } });
  const review = { orderId: order.id, paymentId: null, key: `fraud:${order.id}`, at: new Date() };
  await transact(database.db, (tx) => openReview(tx, { ...review, reason: 'fraud_warning' }));
  expect(bodies(await ana.says('où en est ma commande ?'))).toContain('payée, elle vous attend');
});

test('the model is told that the shop looks at the payment, and no time to pay by', async () => {
  let told: Record<string, unknown> = {};
  const { ana, requests } = talk([
    call('order_status'),
    (request) => {
      told = lastToolOutput(request);
      return { text: 'La boutique vérifie votre paiement.' };
    },
  ]);
  const order = await ordered(openPhone(agentNeeds(database), ana.channelAddress));
  const review = { orderId: order.id, paymentId: null, key: `mismatch:${order.id}`, at: new Date() };
  await transact(database.db, (tx) => openReview(tx, { ...review, reason: 'amount_differs' }));
  await ana.says('dites, vous l’avez bien reçu mon règlement de tout à l’heure pour ma commande');
  expect(told).toMatchObject({ orders: [{ number: order.number, status: 'payment_under_review' }] });
  expect(JSON.stringify([told, requests])).not.toMatch(/pay_before|pending_payment/);
});
