import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, call, openPhone, scriptedModel } from '../support/conversation.ts';
import { dyingOnce, runTurnsAgain } from '../support/dying-worker.ts';
import { orderWithLink } from '../support/order-with-link.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// "Cancel my order": which one is meant, and never another one with it.

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
  // Enough for every customer of this file.
  await database.db.stockLevel.updateMany({ data: { onHand: 500 } });
});
afterAll(() => database.close());

const phone = (overrides: Parameters<typeof agentNeeds>[1] = {}) => openPhone(agentNeeds(database, overrides));

test('asking about cancelling cancels nothing; the order that was named is the one', async () => {
  const ana = phone();
  const order = await orderWithLink(database, ana);
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
    await runTurnsAgain(database);
    expect(bodies(await again.says())).toContain('est annulée');
    expect(await standing()).toEqual(['pending', 'cancelled']);
  },
);

test.each([[['annuler', 'annule ma commande svp']], [['annule ma commande', 'annule-la', 'annuler']]])(
  '%p is one wish, and cancels one order',
  async (words) => {
    const ana = phone();
    const standing = await orderedTwice(ana);
    const said = await ana.says(...words);
    expect(await standing()).toEqual(['pending', 'cancelled']);
    expect(said.filter(({ body }) => body.includes('est annulée'))).toHaveLength(1);
  },
);

test('"cancel", then the number of the older order, cancels that one alone', async () => {
  const ana = phone();
  const standing = await orderedTwice(ana);
  const older = (await ana.orders()).map(({ number }) => number).sort()[0];
  await ana.says('annuler', `annule la commande ${older}`);
  expect(await standing()).toEqual(['cancelled', 'pending']);
});

test('"cancel" below a summary drops the summary, however often it is said, and no order', async () => {
  const ana = phone();
  const order = await orderWithLink(database, ana);
  await ana.says('1 bridgestone 205/55 r16');
  await ana.says('commander');
  await ana.says('annuler', 'annule ma commande svp');
  expect((await ana.orders()).find(({ id }) => id === order.id)?.status).toBe('pending_payment');
});

const NO_AND_CANCEL = [
  ['non', 'annule ma commande'],
  ['no', 'cancel my order please'],
  ['bonjour', 'non', 'annule ma commande', 'annuler'],
  ['annule ma commande', 'non'],
  ['non annule ma commande'],
];
const ANSWERERS = ['rules', 'a model that cancels the newest', 'a model that names the older one'] as const;
test.each(NO_AND_CANCEL.flatMap((words) => ANSWERERS.map((who) => [words, who] as const)))(
  '%p below a summary is about that summary, to %s: the older unpaid order stays',
  async (words, who) => {
    const ana = phone();
    const older = await orderWithLink(database, ana);
    await ana.says('1 bridgestone 205/55 r16');
    expect(bodies(await ana.says('commander'))).toContain('Total');
    const order_number = who === 'a model that names the older one' ? older.number : null;
    const calls = Array(3).fill(call('cancel_order', { order_number }));
    const model = who === 'rules' ? null : scriptedModel(calls).model;
    const said = await openPhone(agentNeeds(database, { model }), ana.channelAddress).says(...words);
    expect(bodies(said)).not.toMatch(/est annulée|is cancelled/);
    expect((await ana.orders()).map(({ status }) => status)).toEqual(['pending_payment']);
    // What they said no to can no longer be said yes to.
    await ana.says('oui');
    expect(await ana.orders()).toHaveLength(1);
  },
);

test('"no", then the number of an order: that order is cancelled, the summary is dropped', async () => {
  const ana = phone();
  const { number } = await orderWithLink(database, ana);
  await ana.says('1 bridgestone 205/55 r16');
  await ana.says('commander');
  expect(bodies(await ana.says('non', `annule la commande ${number}`))).toContain('est annulée');
  expect((await ana.orders())[0]?.status).toBe('cancelled');
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
  await orderWithLink(database, ana);
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
  const order = await orderWithLink(database, ana);
  await database.db.paymentAttempt.updateMany({ where: { orderId: order.id }, data: { status: 'PAID' } });
  const said = bodies(await ana.says(words));
  expect(said).toContain(order.number);
  expect(said).toContain(answer);
  expect((await ana.orders())[0]?.status).toBe('pending_payment');
});
