import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { enqueueMessage } from '../../src/db/outbox.ts';
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

/** An order that waits for its payment, with its link. */
async function ordered(ana: ReturnType<typeof openPhone>) {
  await ana.says('1 bridgestone 205/55 r16');
  await ana.says('commander');
  await ana.says('oui');
  const [order] = await ana.orders();
  if (!order) throw new Error('no order was made');
  await database.db.paymentAttempt.updateMany({
    where: { orderId: order.id },
    data: { url: 'https://checkout.example/cs_1' },
  });
  return order;
}

/** A worker that dies at the end of its next turn, before anything of it is written. */
function dyingOnce() {
  let dies = false;
  return {
    dieNext: () => {
      dies = true;
    },
    newId() {
      if (!dies) return crypto.randomUUID();
      dies = false;
      throw new Error('the worker died at the end of its turn');
    },
  };
}
const runAgain = () =>
  database.db.conversation.updateMany({ data: { turnDueAt: new Date(0) }, where: { turnDueAt: { not: null } } });

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
  await runAgain();
  const replies = await ana.says();
  expect(replies.map((reply) => reply.template?.key)).toEqual(['payment_link']);
});

test('asking about cancelling cancels nothing; the order that was named is the one', async () => {
  const ana = phone();
  const order = await ordered(ana);
  for (const words of ['Puis-je annuler plus tard ?', 'ne pas annuler ma commande'])
    expect(bodies(await ana.says(words))).toContain(`${order.number}* reste réservée`);
  expect(bodies(await ana.says('annuler la commande C-999999'))).toContain('en attente de paiement');
  expect((await ana.orders())[0]?.status).toBe('pending_payment');
  await ana.says('annuler ma commande');
  expect((await ana.orders())[0]?.status).toBe('cancelled');
});

/** Two orders that wait for their payment; answers how they stand, the older one first. */
async function orderedTwice(ana: ReturnType<typeof openPhone>) {
  for (const words of ['1 bridgestone 205/55 r16', 'commander', 'oui', '1 bridgestone 205/55 r16', 'commander', 'oui'])
    await ana.says(words);
  return async () =>
    (await ana.orders()).sort((a, b) => a.number.localeCompare(b.number)).map(({ status }) => status.split('_')[0]);
}

test.each(['rules', 'model'])(
  '"cancel my order" means one order to the %s, also when its turn dies and runs again',
  async (who) => {
    const { dieNext, newId } = dyingOnce();
    const ana = phone({ newId });
    const standing = await orderedTwice(ana);
    const steps = [1, 2].map(() => call('cancel_order', { order_number: null }));
    const model = who === 'model' ? scriptedModel(steps).model : null;
    const again = openPhone(agentNeeds(database, { newId, model }), ana.channelAddress);
    dieNext();
    await again.replies();
    expect(await again.says('annule ma commande')).toEqual([]);
    expect(await standing()).toEqual(['pending', 'cancelled']);
    await runAgain();
    expect(bodies(await again.says())).toContain('est annulée');
    expect(await standing()).toEqual(['pending', 'cancelled']);
  },
);

test.each([
  [
    ['annuler', 'annule ma commande svp'],
    ['pending', 'cancelled'],
  ],
  [
    ['annule ma commande', 'annule-la', 'annuler'],
    ['pending', 'cancelled'],
  ],
])('%p is one wish, and cancels one order', async (words, ends) => {
  const ana = phone();
  const standing = await orderedTwice(ana);
  const said = await ana.says(...words);
  expect(await standing()).toEqual(ends);
  expect(said.filter(({ body }) => body.includes('est annulée'))).toHaveLength(1);
});

test('"cancel", then the number of the older order, cancels that one alone', async () => {
  const ana = phone();
  const standing = await orderedTwice(ana);
  const older = (await ana.orders()).map(({ number }) => number).sort()[0];
  await ana.says('annuler', `annule la commande ${older}`);
  expect(await standing()).toEqual(['cancelled', 'pending']);
});

test('"cancel" below a summary drops the summary, however often it is said, and no order', async () => {
  const ana = phone();
  const order = await ordered(ana);
  await ana.says('1 bridgestone 205/55 r16');
  await ana.says('commander');
  await ana.says('annuler', 'annule ma commande svp');
  expect((await ana.orders()).find(({ id }) => id === order.id)?.status).toBe('pending_payment');
});

test('an order that is paid before its cancelling is read keeps its place: no other is cancelled for it', async () => {
  const ana = phone();
  const standing = await orderedTwice(ana);
  await ana.receive('annule ma commande');
  const newer = (await ana.orders()).sort((a, b) => a.number.localeCompare(b.number)).at(-1);
  await database.db.paymentAttempt.updateMany({ where: { orderId: newer?.id }, data: { status: 'PAID' } });
  const paid = { status: 'confirmed', confirmedAt: new Date() } as const;
  await database.db.order.updateMany({ where: { id: newer?.id }, data: paid });
  expect(bodies(await ana.says())).toContain('est déjà payée');
  expect(await standing()).toEqual(['pending', 'confirmed']);
});

test('what else stands in a burst that cancels is answered', async () => {
  const ana = phone();
  await ordered(ana);
  const said = bodies(await ana.says('annule ma commande', 'vous êtes ouverts quand ?'));
  expect(said).toContain('est annulée');
  expect(said).toContain('Jarry');
});

test.each([
  ['annuler ma commande', 'la boutique le vérifie'],
  ['please cancel my order', 'the shop is checking it'],
  ['quiero cancelar mi pedido', 'la tienda lo está comprobando'],
])('whoever says "%s" of an order whose money is being looked at hears that it stays', async (words, answer) => {
  const ana = phone();
  const order = await ordered(ana);
  await database.db.paymentAttempt.updateMany({ where: { orderId: order.id }, data: { status: 'PAID' } });
  const said = bodies(await ana.says(words));
  expect(said).toContain(order.number);
  expect(said).toContain(answer);
  expect((await ana.orders())[0]?.status).toBe('pending_payment');
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
