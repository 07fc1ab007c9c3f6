import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerNextConversation } from '../../src/agent/answer-message.ts';
import { measureShop } from '../../src/db/shop-health.ts';
import { answerCustomer, returnToBot, takeOver } from '../../src/flows/take-over.ts';
import type { Model } from '../../src/ports.ts';
import { agentNeeds, bodies, openPhone, shop, texts } from '../support/conversation.ts';
import { slowModel } from '../support/slow-model.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const HOUR_MS = 3600_000;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const at = new Date();
  const lea = { id: 'lea', name: 'Léa', email: 'lea@shop.example', createdAt: at, updatedAt: at };
  await database.db.staffMember.createMany({
    data: [lea, { ...lea, id: 'max', name: 'Max', email: 'max@shop.example' }],
  });
});
afterAll(() => database.close());

/** A customer who has said bonjour, and the staff's side of the same conversation. */
async function counter(options: { model?: Model } = {}) {
  let now = new Date();
  const clock = { now: () => now };
  const needs = agentNeeds(database, { clock, ...(options.model && { model: options.model }) });
  const staffNeeds = { db: database.db, clock, texts, shop };
  const ana = openPhone(needs);
  await ana.receive('bonjour');
  const { id: conversationId } = await database.db.conversation.findFirstOrThrow({
    where: { customer: { channelAddress: ana.channelAddress } },
  });
  const wish = (staffId = 'lea') => ({ conversationId, staffId });
  return {
    ana,
    needs,
    conversationId,
    pass: (hours: number) => {
      now = new Date(now.getTime() + hours * HOUR_MS);
    },
    takeOver: (staffId?: string) => takeOver(staffNeeds, wish(staffId)),
    say: (text: string, formKey: string = crypto.randomUUID(), staffId?: string) =>
      answerCustomer(staffNeeds, { ...wish(staffId), text, formKey }),
    giveBack: () => returnToBot(staffNeeds, wish()),
    audit: async () =>
      (
        await database.db.auditEntry.findMany({
          where: { subject: `conversation:${conversationId}` },
          orderBy: { seq: 'asc' },
        })
      ).map(({ actor, action }) => `${actor} ${action}`),
    notices: () =>
      database.db.notification.findMany({ where: { businessKey: { startsWith: `human-called:${conversationId}:` } } }),
  };
}
const HERE = 'prend la suite';
const BACK = 'c’est de nouveau moi';

test('staff take over: the bot keeps quiet, the customer is told once, whoever presses the button how often', async () => {
  const { ana, ...desk } = await counter();
  await ana.says();
  expect(await desk.takeOver()).toEqual({ kind: 'taken_over' });
  expect(await desk.takeOver()).toEqual({ kind: 'already_yours' });
  expect(await desk.takeOver('max')).toEqual({ kind: 'taken_over' });
  expect(bodies(await ana.replies()).split(HERE)).toHaveLength(2);
  expect(await ana.says('panier')).toEqual([]);
  expect((await ana.turns()).at(-1)).toMatchObject({ answeredBy: 'silent' });
  expect(await desk.audit()).toEqual(['staff:lea conversation.taken_over', 'staff:max conversation.taken_over']);
});

test('an answer takes over by itself, and the same form sent twice at once is one message', async () => {
  const { ana, ...desk } = await counter();
  await ana.says();
  const formKey = crypto.randomUUID();
  const results = await Promise.all([1, 2, 3].map(() => desk.say('  Nous avons ce pneu.  ', formKey)));
  expect(results.map(({ kind }) => kind).sort()).toEqual(['already_answered', 'already_answered', 'answered']);
  const replies = await ana.replies();
  expect(replies.map(({ body }) => body.includes(HERE))).toEqual([true, false]);
  expect(replies[1]).toEqual({ body: 'Nous avons ce pneu.' });
  expect(await ana.says('merci')).toEqual([]);
  expect(await desk.audit()).toEqual(['staff:lea conversation.taken_over', 'staff:lea conversation.answered']);
});

test('what cannot be said is refused and changes nothing', async () => {
  const { ana, ...desk } = await counter();
  await ana.says();
  expect(await desk.say('  \n ')).toEqual({ kind: 'empty' });
  expect(await desk.say('x'.repeat(1601))).toEqual({ kind: 'too_long' });
  desk.pass(24);
  expect(await desk.say('bonjour')).toEqual({ kind: 'window_closed' });
  expect(await desk.audit()).toEqual([]);
  expect(await ana.replies()).toEqual([]);
  const nobody = { conversationId: crypto.randomUUID(), staffId: 'lea' };
  const needs = { db: database.db, clock: { now: () => new Date() }, texts, shop };
  expect(await takeOver(needs, nobody)).toEqual({ kind: 'unknown' });
  expect(await answerCustomer(needs, { ...nobody, text: 'x', formKey: 'x' })).toEqual({ kind: 'unknown' });
  expect(await returnToBot(needs, nobody)).toEqual({ kind: 'unknown' });
});

describe('the bot is back', () => {
  test('when staff give the conversation back, and says so once', async () => {
    const { ana, ...desk } = await counter();
    await ana.says();
    await desk.takeOver();
    await ana.replies();
    expect(await desk.giveBack()).toEqual({ kind: 'returned' });
    expect(await desk.giveBack()).toEqual({ kind: 'with_bot' });
    expect(bodies(await ana.replies()).split(BACK)).toHaveLength(2);
    expect(bodies(await ana.says('panier'))).toContain('vide');
    expect(await desk.audit()).toEqual(['staff:lea conversation.taken_over', 'staff:lea conversation.returned']);
  });

  test.each(['resume', 'reprendre'])('when the customer says %s', async (word) => {
    const { ana, ...desk } = await counter();
    await ana.says();
    await desk.say('Bonjour Ana');
    await ana.replies();
    const replies = word === 'resume' ? await ana.taps(word) : await ana.says(word);
    expect(bodies(replies)).toContain('revoilà');
    expect(bodies(await ana.says('panier'))).toContain('vide');
    const { conversation } = await ana.customer();
    expect(conversation).toMatchObject({ humanSince: null, humanBy: null, staffLastAt: null });
  });

  test('24 hours after the last word of staff, not after the call', async () => {
    const { ana, ...desk } = await counter();
    await ana.says('humain');
    desk.pass(20);
    await desk.say('Nous regardons.');
    desk.pass(20);
    // 40 hours after the call: what was said since is the person's.
    expect(
      bodies(await ana.says('alors ?'))
        .split('\n---\n')
        .at(-1),
    ).toBe('Nous regardons.');
    expect((await ana.turns()).at(-1)).toMatchObject({ answeredBy: 'silent' });
    desk.pass(5);
    const back = bodies(await ana.says('panier'));
    expect(back).toContain('c’est de nouveau moi');
    expect(back).toContain('vide');
    expect(bodies(await ana.says('panier'))).not.toContain('de nouveau moi');
    expect(await desk.giveBack()).toEqual({ kind: 'with_bot' });
  });

  test('24 hours after a call that nobody answered; a later take-over is another pause and is told anew', async () => {
    const { ana, ...desk } = await counter();
    await ana.says('humain');
    desk.pass(23.5);
    expect(await ana.says('allô ?')).toEqual([]);
    desk.pass(1);
    expect(await desk.takeOver()).toEqual({ kind: 'taken_over' });
    expect(bodies(await ana.replies())).toContain(HERE);
    desk.pass(23.5);
    expect(await ana.says('toujours là ?')).toEqual([]);
    desk.pass(1);
    expect(await desk.takeOver()).toEqual({ kind: 'taken_over' });
    expect(bodies(await ana.replies())).toContain(HERE);
    expect(await desk.audit()).toHaveLength(2);
  });
});

test('a stop is heard while a person has the conversation, and the person stays', async () => {
  const { ana, ...desk } = await counter();
  await ana.says();
  await desk.takeOver();
  await ana.replies();
  const said = await ana.says('panier', 'STOP');
  expect(said).toHaveLength(1);
  expect((await ana.customer()).optedOutAt).not.toBeNull();
  expect(await ana.says('panier')).toEqual([]);
});

test('workers that die while a person has the conversation bring no apology of the bot', async () => {
  const { ana, ...desk } = await counter();
  await ana.says();
  await desk.takeOver();
  await ana.replies();
  await ana.receive('allô ?');
  await database.db.conversation.update({ where: { id: desk.conversationId }, data: { failedTurns: 3 } });
  expect(await ana.says()).toEqual([]);
  expect((await ana.turns()).at(-1)).toMatchObject({ error: 'workers died answering this' });
});

describe('a turn that is running', () => {
  test('when staff take over does not answer afterwards', async () => {
    const slow = slowModel();
    const { ana, needs, ...desk } = await counter(slow);
    await ana.receive('vous avez quoi pour ma voiture rouge ?');
    const turn = answerNextConversation(needs);
    await slow.asked;
    expect(await desk.takeOver()).toEqual({ kind: 'taken_over' });
    slow.letGo();
    await turn;
    expect(bodies(await ana.says())).not.toContain('robot');
    // The message is not lost: a silent turn has it, and the bot does not come back to it.
    expect(await ana.turns()).toMatchObject([{ answeredBy: 'silent', inboundMessages: [{}, {}] }]);
  });

  test('and staff who answer at the same moment: whichever is first, nothing of the bot follows the person', async () => {
    for (let round = 0; round < 8; round++) {
      const slow = slowModel();
      const { ana, needs, ...desk } = await counter(slow);
      await ana.receive('vous avez quoi pour ma voiture rouge ?');
      const turn = answerNextConversation(needs);
      await slow.asked;
      slow.letGo();
      const answered = desk.say('Bonjour, ici Léa');
      await Promise.all([turn, answered]);
      expect((await answered).kind).toBe('answered');
      const said = bodies(await ana.says()).split('\n---\n');
      expect(said.at(-1)).toBe('Bonjour, ici Léa');
    }
  });
});

test('the team is told of a call once, by first name and with the way to the conversation', async () => {
  const { ana, ...desk } = await counter();
  await ana.says('humain');
  await ana.says('il y a quelqu’un ?', 'humain');
  const [one, two, ...more] = await desk.notices();
  expect([one?.channel, two?.channel].sort()).toEqual(['email', 'slack']);
  expect(more).toEqual([]);
  const values = { conversationId: desk.conversationId, firstName: 'Ana' };
  expect(one?.content).toEqual({ to: 'team', notice: { kind: 'human_called', values } });
  await ana.taps('resume');
  desk.pass(1);
  await ana.says('humain');
  expect(await desk.notices()).toHaveLength(4);
  await desk.takeOver();
  expect(await desk.notices()).toHaveLength(4);
});

test('a call names the opening hours, and nothing where the shop has not said any', async () => {
  const withoutHours = openPhone(agentNeeds(database, { shop: { ...shop, hours: '' } }));
  expect(bodies(await withoutHours.says('humain'))).toContain('à l’équipe : elle');
  const { ana } = await counter();
  expect(bodies(await ana.says('humain'))).toContain(`à l’équipe (${shop.hours}) : elle`);
});

test('who waits for a person is counted until staff have answered', async () => {
  const waiting = async () => (await measureShop(database.db, new Date(Date.now() + HOUR_MS))).waitingForPerson;
  const before = await waiting();
  const { ana, ...desk } = await counter();
  await ana.says('humain');
  expect(await waiting()).toBe(before + 1);
  desk.pass(0.1);
  await desk.say('Me voici');
  expect(await waiting()).toBe(before);
  desk.pass(0.1);
  await ana.says('merci');
  expect(await waiting()).toBe(before + 1);
});
