import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerNextConversation } from '../../src/agent/answer-message.ts';
import { enqueueMessage } from '../../src/db/outbox.ts';
import { saysStop } from '../../src/domain/intents.ts';
import type { Locale } from '../../src/domain/locale.ts';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, openPhone, scriptedModel, texts } from '../support/conversation.ts';
import { type MessageDesk, openMessageDesk } from '../support/message-desk.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
let desk: MessageDesk;
beforeAll(async () => {
  [database, desk] = await Promise.all([createTestDatabase(), openMessageDesk()]);
  await buildShop(database.db);
});
afterAll(async () => {
  await Promise.all([database.close(), desk.close()]);
});

const phone = (overrides: Parameters<typeof agentNeeds>[1] = {}) => openPhone(agentNeeds(database, overrides));
const optedOutAt = async (ana: ReturnType<typeof phone>) => (await ana.customer()).optedOutAt;

test.each(['STOP', 'Stop.', 'stop svp', 'ARRET', 'Arrêt', 'arrêter', 'BAJA', 'Alto', 'Darme de baja', 'Unsubscribe'])(
  '%j is a STOP',
  (text) => expect(saysStop(text)).toBe(true),
);
test.each([
  'stop hésiter, je prends les Michelin',
  'arrête de me faire attendre',
  'vous avez un stop ?',
  'alto rendimiento',
  'non-stop',
])('%j is none', (text) => expect(saysStop(text)).toBe(false));

test.each<[string, Locale]>([
  ['ARRÊT', 'fr'],
  ['unsubscribe', 'en'],
  ['BAJA', 'es'],
  ['ALTO', 'es'],
])('%s is confirmed in the customer’s language, and says what still comes of paid orders', async (word, locale) => {
  const ana = phone();
  await ana.says({ fr: 'bonjour', en: 'hello, I need tyres please', es: 'hola, busco llantas' }[locale]);
  expect(bodies(await ana.says(word))).toBe(texts(locale, 'opted_out'));
  expect(await optedOutAt(ana)).not.toBeNull();
});

test.each(['START', 'ALTA', 'Reprendre'])('%s turns them on again', async (word) => {
  const ana = phone();
  await ana.says('STOP');
  const [confirmation] = await ana.says(word);
  expect(['fr', 'en', 'es'].map((locale) => texts(locale as Locale, 'opted_in'))).toContain(confirmation?.body);
  expect(await optedOutAt(ana)).toBeNull();
});

describe('STOP is honoured at once', () => {
  test('when it is stored, before anybody has answered it', async () => {
    const ana = phone();
    await ana.receive('STOP');
    expect(await optedOutAt(ana)).not.toBeNull();
  });

  test('for what waits in the outbox: reminders, review requests and expiry notices, but not what a paid order needs', async () => {
    const { phone: handset, customer } = await desk.newCustomer();
    const waiting = [];
    for (const kind of ['reminder', 'review', 'expired', 'refunded']) {
      waiting.push({ kind, ...(await desk.enqueueAboutOrder(customer.id, kind, kind)) });
    }
    desk.sandbox.twilio.customerWrites(handset.id, 'Arrêt');
    await until('it is stored', async () => (await desk.customerNow(customer.id)).optedOutAt !== null);
    await desk.deliverAll();
    const ends = await Promise.all(
      waiting.map(async ({ kind, businessKey }) => [kind, (await desk.rowOf(businessKey)).status]),
    );
    expect(Object.fromEntries(ends)).toEqual({
      ...{ reminder: 'superseded', review: 'superseded', expired: 'superseded', refunded: 'delivered' },
    });
  });

  test('and its confirmation leaves all the same', async () => {
    const { phone: handset, customer } = await desk.newCustomer();
    await desk.db.customer.update({ where: { id: customer.id }, data: { optedOutAt: new Date() } });
    const at = desk.sandbox.clock.now();
    const content = { body: 'C’est noté' };
    await enqueueMessage(desk.db, { businessKey: `turn:${customer.id}:1`, customerId: customer.id, content, at });
    await deliverNextMessage(desk.needs);
    await desk.sandbox.idle();
    expect(desk.heardBy(handset)).toEqual(['C’est noté']);
  });

  test('behind a question in the same burst, which is answered too', async () => {
    const { model, requests } = scriptedModel([{ text: 'Oui, jusqu’à 18 h.' }]);
    const ana = phone({ model });
    const said = bodies(await ana.says('dites-moi, vous serez encore là en fin de journée', 'STOP'));
    expect(said).toContain(texts('fr', 'opted_out'));
    expect(said).toContain('Oui, jusqu’à 18 h.');
    expect(requests[0]?.input.at(-1)).toMatchObject({ content: expect.not.stringContaining('STOP') });
  });

  test('although a turn that began before it ends after it', async () => {
    let stop = async () => {};
    const { model } = scriptedModel([{ text: 'Voilà.' }]);
    const respond: typeof model.respond = async (request) => {
      await stop();
      return model.respond(request);
    };
    const needs = agentNeeds(database, { model: { ...model, respond } });
    const ana = openPhone(needs);
    stop = () => ana.receive('STOP');
    await ana.receive('dites, combien de temps dure le montage chez vous');
    // This turn alone: the next one answers the STOP itself.
    await answerNextConversation(needs);
    expect(bodies(await ana.replies())).toBe('Voilà.');
    expect(await optedOutAt(ana)).not.toBeNull();
  });

  test('although the answer to a START before it ends after it', async () => {
    let stop = async () => {};
    const { model } = scriptedModel([{ text: 'Voilà.' }]);
    const respond: typeof model.respond = async (request) => {
      await stop();
      return model.respond(request);
    };
    const needs = agentNeeds(database, { model: { ...model, respond } });
    const ana = openPhone(needs);
    await ana.says('STOP');
    stop = () => ana.receive('STOP');
    await ana.receive('START');
    await ana.receive('dites, combien de temps dure le montage chez vous');
    await answerNextConversation(needs);
    expect(bodies(await ana.replies())).toContain(texts('fr', 'opted_in'));
    expect(await optedOutAt(ana)).not.toBeNull();
    stop = async () => {};
    await answerNextConversation(needs);
  });

  test.each(['image/jpeg', 'video/mp4', 'application/pdf', 'audio/ogg'])('below a file (%s) too', async (type) => {
    const ana = phone();
    const sent = { NumMedia: '1', MediaContentType0: type, MediaUrl0: 'https://api.twilio.com/x', Body: 'STOP' };
    await ana.receiveFields(sent);
    expect(await optedOutAt(ana)).not.toBeNull();
    expect(bodies(await ana.says())).toContain(texts('fr', 'opted_out'));
    expect(bodies(await ana.sends({ ...sent, Body: 'START' }))).toContain(texts('fr', 'opted_in'));
    expect(await optedOutAt(ana)).toBeNull();
  });

  test('while a person answers, and START as well', async () => {
    const ana = phone();
    await ana.says('je veux parler à quelqu’un');
    expect(await ana.says('vous êtes là ?')).toEqual([]);
    expect(bodies(await ana.says('STOP'))).toBe(texts('fr', 'opted_out'));
    await ana.says('je veux parler à quelqu’un');
    expect(bodies(await ana.says('START'))).toBe(texts('fr', 'opted_in'));
  });
});
