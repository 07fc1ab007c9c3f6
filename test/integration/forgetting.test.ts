import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { claimNextMessage } from '../../src/db/claim-message.ts';
import { rememberEmail } from '../../src/db/customers.ts';
import { eraseCustomer } from '../../src/db/erase-customer.ts';
import { enqueueMessage, markSent } from '../../src/db/outbox.ts';
import type { Locale } from '../../src/domain/locale.ts';
import { senderPace } from '../../src/domain/pace.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, bought, OPT_OUT_KEY, openPhone, texts } from '../support/conversation.ts';
import { knownCustomer, MARKS } from '../support/known-customer.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { findIn } from '../support/traces.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
  await database.db.stockLevel.updateMany({ data: { onHand: 900 } });
});
afterAll(() => database.close());

const phone = (overrides: Parameters<typeof agentNeeds>[1] = {}, address?: string) =>
  openPhone(agentNeeds(database, overrides), address);

test('"oublie-moi" tells what is kept, asks, and erases every trace of the person in one go; the order stays', async () => {
  const { rules, order, customerId, send } = await knownCustomer(database);
  expect(new Set((await findIn(database.db, MARKS)).map((found) => found.split(':')[0]))).toEqual(
    new Set([
      ...['customers.channel_address', 'customers.profile_name', 'customers.first_name', 'customers.email'],
      ...[
        'inbound_messages.channel_address',
        'inbound_messages.phone',
        'inbound_messages.profile_name',
        'customers.phone',
      ],
      ...[
        'inbound_messages.body',
        'inbound_messages.fields',
        'inbound_messages.transcript',
        'outbound_messages.content',
      ],
      ...['conversation_turns.tool_calls', 'payment_attempts.params', 'payment_attempts.url', 'payments.receipt_url'],
      ...['payment_events.payload', 'notifications.content'],
    ]),
  );
  // While the order waits for them, they can only be promised it.
  const open = bodies(await send({ Body: 'oublie-moi' }));
  expect(open).toContain('zoraide@exemple.org');
  expect(open).toContain(`${order.number}* n’est pas terminée`);
  await send({ Body: 'oui' });
  expect((await rules.customer()).email).toBe('zoraide@exemple.org');

  for (const status of ['confirmed', 'collected'] as const)
    await database.db.order.update({ where: { id: order.id }, data: { status } });
  const asked = bodies(await send({ Body: 'oublie-moi' }));
  for (const told of ['+590691234567', 'Zoraide', 'zoraide@exemple.org', order.number, 'La loi m’oblige'])
    expect(asked).toContain(told);
  // Anything less plain than a yes keeps everything.
  await send({ Body: 'oui mais pas mes commandes' });
  await send({ Body: 'oui' });
  expect((await rules.customer()).email).toBe('zoraide@exemple.org');

  await send({ Body: 'oublie-moi' });
  await send({ Body: 'oui' });
  const forgotten = await database.db.customer.findUniqueOrThrow({ where: { id: customerId } });
  expect(forgotten).toMatchObject({
    channelAddress: `forgotten:${customerId}`,
    email: null,
    firstName: null,
    phone: null,
    locale: null,
  });
  expect(forgotten.optedOutAt).not.toBeNull();
  // The goodbye alone still knows where to go.
  expect(await findIn(database.db, MARKS)).toEqual(['outbound_messages.to_address: 590691234567']);
  // Those of everybody else in this file have left.
  const { db } = database;
  await db.outboundMessage.updateMany({ where: { customerId: { not: customerId } }, data: { status: 'delivered' } });
  let claimed = await claimNextMessage(database.db, new Date(), senderPace(80));
  expect(claimed).toMatchObject({
    channelAddress: 'whatsapp:+590691234567',
    content: { body: texts('fr', 'forgotten', { shopName: 'GarageConnect' }) },
  });
  if (claimed)
    await markSent(database.db, claimed, { sid: 'SMgoodbye', sentAs: 'text', contentSid: null, at: new Date() });
  expect(await findIn(database.db, MARKS)).toEqual([]);
  claimed = await claimNextMessage(database.db, new Date(), senderPace(80));
  expect(claimed?.customerId).not.toBe(customerId);

  const kept = await database.db.order.findUniqueOrThrow({
    where: { id: order.id },
    include: { items: true, attempts: { include: { payment: true } } },
  });
  expect(kept).toMatchObject({
    number: order.number,
    totalMinor: 10490,
    items: [{ quantity: 1 }],
    attempts: [{ amountMinor: 10490, payment: { amountMinor: 10490 } }],
  });
  expect(
    await database.db.auditEntry.findFirst({
      where: { action: 'customer.forgotten', subject: `customer:${customerId}` },
    }),
  ).not.toBeNull();
  // Nobody is left to be written to, and who writes again is a stranger.
  const late = {
    businessKey: `refunded:${order.id}`,
    customerId,
    orderId: order.id,
    content: { body: 'x' },
    at: new Date(),
  };
  expect(await enqueueMessage(database.db, late)).toBe(false);
  await database.db.$transaction((tx) => rememberEmail(tx, customerId, 'zoraide@exemple.org'));
  expect(await findIn(database.db, ['zoraide'])).toEqual([]);
  const again = phone({}, 'whatsapp:+590691234567');
  expect(bodies(await again.says('mes commandes'))).toContain('pas encore de commande');
  expect((await again.customer()).id).not.toBe(customerId);
}, 60_000);

test.each<[Locale, string, string, string]>([
  ['en', 'hello', 'forget me', 'Yes, erase it all'],
  ['es', 'hola', 'olvídame', 'Sí, borrar todo'],
  ['fr', 'bonjour', 'supprimez mes données personnelles svp', 'Oui, tout effacer'],
])('in %s, from %j over %j, by the button or its words', async (_, greeting, wish, yes) => {
  for (const answer of ['taps', 'says'] as const) {
    const ana = phone();
    await ana.says(greeting);
    const { id } = await ana.customer();
    await ana.says(wish);
    await ana[answer](yes);
    expect(await database.db.customer.findUniqueOrThrow({ where: { id } })).toMatchObject({
      channelAddress: `forgotten:${id}`,
    });
  }
});

test.each(['Non, garder', 'non'])('%j keeps everything', async (no) => {
  const ana = phone();
  await ana.says('bonjour');
  await ana.says('oublie-moi');
  expect(bodies(await ana.says(no))).toContain('n’efface rien');
  await ana.says('oui');
  expect((await ana.customer()).profileName).toBe('Ana Test');
});

test('a yes to something said since erases nothing, and an old button asks again', async () => {
  const ana = phone();
  await ana.says('bonjour');
  await ana.says('oublie-moi');
  await ana.says('vous êtes ouverts quand ?');
  await ana.says('oui');
  expect((await ana.customer()).profileName).toBe('Ana Test');
  expect(bodies(await ana.taps('forget'))).toContain('J’efface tout ?');
  expect((await ana.customer()).profileName).toBe('Ana Test');
});

test('"mes données" tells what is kept and asks nothing', async () => {
  const ana = phone();
  const [kept, copy, ...more] = await ana.says('mes données');
  expect(kept?.body).toContain('Numéro WhatsApp');
  expect(copy?.body).toContain('dans un fichier à garder');
  expect(more).toEqual([]);
});

test('what is fixed can only be changed while a person is erased', async () => {
  const ana = phone();
  const order = await bought(database, ana);
  const change = database.db.paymentAttempt.updateMany({ where: { orderId: order.id }, data: { params: {} } });
  await expect(change).rejects.toThrow(/fixed/);
  const { id: customerId, conversation } = await ana.customer();
  const turnId = randomUUID();
  // A failure half-way leaves the person whole.
  const broken = database.db.$transaction(async (tx) => {
    await eraseCustomer(tx, {
      customerId,
      conversationId: conversation?.id ?? '',
      turnId: (await ana.turns())[0]?.id ?? turnId,
      at: new Date(),
      optOutKey: OPT_OUT_KEY,
    });
    throw new Error('the power went out');
  });
  await expect(broken).rejects.toThrow('power');
  expect((await ana.customer()).profileName).toBe('Ana Test');
});
