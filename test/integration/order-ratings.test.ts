import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { enqueueMessage } from '../../src/db/outbox.ts';
import { reviewKey } from '../../src/db/ratings.ts';
import { LOCALES } from '../../src/domain/locale.ts';
import { requestReviews } from '../../src/flows/request-reviews.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, bought, openPhone, texts } from '../support/conversation.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
  await database.db.stockLevel.updateMany({ data: { onHand: 900 } });
});
afterAll(() => database.close());

/** A customer who collected an order the day before yesterday and has just been asked how it was. */
async function askedCustomer() {
  const { db } = database;
  const ana = openPhone(agentNeeds(database));
  const { id, number, customerId } = await bought(database, ana);
  await db.order.update({ where: { id }, data: { closedAt: new Date(Date.now() - 26 * 3600_000) } });
  await requestReviews({ db, log: silentLog, texts, quietHours: null, clock: { now: () => new Date() } });
  const asked = (await ana.replies()).at(-1);
  return {
    ...{ ana, id, number, customerId, asked },
    rating: async () =>
      (await db.orderRating.findUnique({ where: { orderId: id }, include: { inboundMessage: true } })) ?? null,
    told: () => db.notification.count({ where: { businessKey: { startsWith: `rated-low:${id}` } } }),
  };
}

test('who is asked has three buttons, and a tap on the best is kept and thanked for', async () => {
  const { ana, id, asked, rating, told } = await askedCustomer();
  expect(asked?.buttons?.map((button) => button.title)).toEqual(['😀 Très bien', '😐 Moyen', '🙁 Pas content']);
  expect(bodies(await ana.taps(`rate:${id}:good`))).toContain('Merci beaucoup');
  expect(await rating()).toMatchObject({ rating: 'good' });
  expect(await told()).toBe(0);
});

test('who disputes the payment, or whose money is looked at, is not asked how it went', async () => {
  const { db } = database;
  const ask = () => requestReviews({ db, log: silentLog, texts, quietHours: null, clock: { now: () => new Date() } });
  const { id } = await bought(database, openPhone(agentNeeds(database)));
  const change = (data: { closedAt?: Date; disputedAt?: Date | null; reviewReason?: string | null }) =>
    db.order.update({ where: { id }, data });
  await change({ closedAt: new Date(Date.now() - 26 * 3600_000), disputedAt: new Date() });
  expect(await ask()).toEqual({ processed: 0 });
  await change({ disputedAt: null, reviewReason: 'fraud_warning' });
  expect(await ask()).toEqual({ processed: 0 });
  await change({ reviewReason: null });
  expect(await ask()).toEqual({ processed: 1 });
});

test('words are as good as a tap: unhappy ones are kept, told to the team once, and a person is offered', async () => {
  const { ana, id, customerId, rating, told } = await askedCustomer();
  const [reply] = await ana.says('Non, très déçu, une valve fuit');
  expect(reply?.body).toContain('désolés');
  expect(reply?.buttons).toEqual([{ id: 'human', title: expect.any(String) }]);
  expect(await rating()).toMatchObject({ rating: 'bad', inboundMessage: { body: 'Non, très déçu, une valve fuit' } });
  expect(await told()).toBe(2);
  await ana.taps(`rate:${id}:bad`);
  expect(await told()).toBe(2);
  const deeds = await database.db.auditEntry.findMany({ where: { subject: `order:${id}`, action: 'order.rated' } });
  expect(deeds.map(({ actor, details }) => [actor, details])).toEqual([
    [`customer:${customerId}`, { reason: 'bad' }],
    [`customer:${customerId}`, { reason: 'bad' }],
  ]);
});

test('the last word counts: an unhappy customer who was helped may say so', async () => {
  const { ana, id, rating } = await askedCustomer();
  await ana.taps(`rate:${id}:bad`);
  await ana.taps(`rate:${id}:good`);
  expect(await rating()).toMatchObject({ rating: 'good' });
});

test('what is about something else is answered as ever, and a later "non" is no rating', async () => {
  const { ana, rating } = await askedCustomer();
  expect(bodies(await ana.says('vous avez des bridgestone 205/55 r16 ?'))).toContain('Bridgestone');
  await ana.says('non');
  expect(await rating()).toBeNull();
});

test('STOP and the wish for a person are no ratings', async () => {
  const stopped = await askedCustomer();
  await stopped.ana.says('STOP');
  expect(await stopped.rating()).toBeNull();
  const calling = await askedCustomer();
  await calling.ana.says('je veux parler à quelqu’un');
  expect(await calling.rating()).toBeNull();
  expect((await calling.ana.customer()).conversation?.humanSince).not.toBeNull();
});

test('a yes below the open summary orders, and rates nothing, although the question came after it', async () => {
  const { ana, rating } = await askedCustomer();
  await ana.says('2 bridgestone 205/55 r16');
  await ana.says('commander');
  const { db } = database;
  const { id: customerId } = await ana.customer();
  const content = { body: 'Votre commande vous convient-elle ?' };
  await enqueueMessage(db, { businessKey: reviewKey(randomUUID()), customerId, content, at: new Date() });
  await ana.sends(await ana.replyTo('Vous confirmez ?', 'oui'));
  expect(await ana.orders()).toHaveLength(2);
  expect(await rating()).toBeNull();
});

test('words below the question are its answer, whatever was said since', async () => {
  const { ana, rating } = await askedCustomer();
  await ana.says('vous avez des bridgestone 205/55 r16 ?');
  await ana.sends(await ana.replyTo('vous convient-elle', 'Oui, parfait'));
  expect(await rating()).toMatchObject({ rating: 'good' });
});

test('a button of its template means the button of the question it stands under, whatever was said since', async () => {
  const { ana, rating } = await askedCustomer();
  await ana.says('vous avez des bridgestone 205/55 r16 ?');
  const tap = { ButtonText: 'Pas content', ButtonPayload: 'template-button:3' };
  await ana.sends({ ...(await ana.replyTo('vous convient-elle', 'Pas content')), ...tap });
  expect(await rating()).toMatchObject({ rating: 'bad' });
});

test('a template’s button under a message nobody knows is read as words; one that its message does not have, too', async () => {
  const asked = await askedCustomer();
  await asked.ana.sends({ Body: 'Moyen', ButtonText: 'Moyen', ButtonPayload: 'template-button:2' });
  expect(await asked.rating()).toMatchObject({ rating: 'fair' });
  const other = await askedCustomer();
  const reply = await other.ana.replyTo('vous convient-elle', 'Très bien');
  await other.ana.sends({ ...reply, ButtonText: 'Très bien', ButtonPayload: 'template-button:9' });
  expect(await other.rating()).toMatchObject({ rating: 'good' });
});

test('who is beyond words is noted down as unhappy and gets a person at once', async () => {
  const { ana, rating, told } = await askedCustomer();
  expect(bodies(await ana.says('Vous êtes nuls, bande de voleurs, très déçu'))).toContain(
    'signalé votre demande à l’équipe',
  );
  expect(await rating()).toMatchObject({ rating: 'bad' });
  expect(await told()).toBe(2);
  expect((await ana.customer()).conversation?.humanSince).not.toBeNull();
});

test('nobody rates the order of somebody else', async () => {
  const mine = await askedCustomer();
  const theirs = await askedCustomer();
  await mine.ana.taps(`rate:${theirs.id}:bad`);
  expect(await theirs.rating()).toBeNull();
  expect(await theirs.told()).toBe(0);
});

test.each(LOCALES)('in %s the buttons fit WhatsApp, and a typed title means its button', async (locale) => {
  const { ana, rating, id } = await askedCustomer();
  const title = texts(locale, 'rating_bad_button');
  for (const each of ['good', 'fair', 'bad'])
    expect([...texts(locale, `rating_${each}_button`)].length).toBeLessThanOrEqual(20);
  await ana.says(title);
  expect(await rating()).toMatchObject({ rating: 'bad', orderId: id });
});
