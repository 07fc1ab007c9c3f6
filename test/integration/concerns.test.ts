import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { notePause } from '../../src/db/model-pauses.ts';
import { FEW_LEFT, SELLS_DAYS } from '../../src/domain/concern.ts';
import { countOpenConcerns, showConcerns } from '../../src/flows/show-concerns.ts';
import { tellConcerns } from '../../src/flows/tell-concerns.ts';
import { givenUpOrder, type MoneyDesk, openMoneyDesk, paidOrder, placeOrder } from '../support/money-desk.ts';

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
beforeEach(async () => {
  await desk.db.notification.deleteMany();
  await desk.db.concernNotices.updateMany({ data: { told: {}, toldAt: null } });
  await desk.db.outboundMessage.updateMany({ where: { status: 'failed' }, data: { status: 'superseded' } });
  await desk.db
    .$executeRaw`UPDATE stock_levels SET on_hand = 0 FROM products p WHERE p.id = product_id AND p.active AND reserved = 0`;
  await desk.db.product.updateMany({ data: { active: false } });
});
afterAll(() => desk.close());

const needs = () => ({ ...desk, modelTerms: { shopDailyMicroUsd: null } });
const counts = () => countOpenConcerns(needs());
const daysAgo = (days: number) => new Date(desk.clock.now().getTime() - days * 24 * 3600_000);
const tell = () => tellConcerns(needs());
const HOUR_MINUTES = 60;
const told = async () => {
  const rows = await desk.db.notification.findMany({ where: { businessKey: { startsWith: 'concerns:' } } });
  return rows.map(({ channel, content }) => ({ channel, notice: (content as { notice: object }).notice }));
};

async function failMessage(kind = 'code-again', more: { orderId?: string | null; failedAt?: Date } = {}) {
  const { orderId, customerId } = await paidOrder(desk);
  const { id: conversationId } = await desk.db.conversation.findUniqueOrThrow({ where: { customerId } });
  const at = desk.clock.now();
  const facts = { businessKey: `${kind}:${randomUUID()}`, content: { body: 'x' }, createdAt: at };
  const data = { ...facts, status: 'failed', failedAt: at, customerId, conversationId, orderId, ...more } as const;
  return { id: (await desk.db.outboundMessage.create({ data })).id, orderId, conversationId, customerId };
}

describe('the sweep', () => {
  test('tells by Slack and mail once, however many workers run it at once', async () => {
    await failMessage();
    await failMessage();
    const runs = await Promise.all([tell(), tell(), tell(), tell()]);
    expect(runs.reduce((sum, { processed }) => sum + processed, 0)).toBe(1);
    expect(await told()).toEqual([
      {
        channel: 'slack',
        notice: { kind: 'concerns_grew', values: expect.objectContaining({ message_failed: 2, count: 2 }) },
      },
      { channel: 'email', notice: expect.objectContaining({ kind: 'concerns_grew' }) },
    ]);
  });

  // Each telling by a channel that is gone would be one more notice that fails, to be told of an hour later.
  test('tells once of a channel to the team that is broken, however many of its notices fail by it', async () => {
    const failBySlack = () =>
      desk.db.notification.updateMany({
        where: { channel: 'slack', status: 'queued' },
        data: { status: 'failed', lastError: '404' },
      });
    await failMessage();
    await tell();
    let told = 0;
    for (let hour = 0; hour < 4; hour += 1) {
      await failBySlack();
      await desk.clock.advance(HOUR_MINUTES);
      told += (await tell()).processed;
    }
    expect(told).toBe(1);
    expect((await counts()).notification_failed).toBe(1);
    // Mended, and broken again.
    await failMessage();
    await tell();
    await desk.db.notification.updateMany({ where: { status: 'queued' }, data: { status: 'sent' } });
    await desk.clock.advance(HOUR_MINUTES);
    await failMessage();
    await tell();
    await failBySlack();
    await desk.clock.advance(HOUR_MINUTES);
    expect((await tell()).processed).toBe(1);
  });

  test('tells of events given up in one notice, and again of one that was replayed and given up once more', async () => {
    const at = desk.clock.now();
    const event = { type: 'refund.updated', livemode: false, payload: {}, happenedAt: at, receivedAt: at };
    const failed = { ...event, outcome: 'failed' } as const;
    const ids = ['evt_1', 'evt_2', 'evt_3'];
    await desk.db.paymentEvent.createMany({ data: ids.map((stripeEventId) => ({ ...failed, stripeEventId })) });
    await tell();
    expect((await told()).map(({ notice }) => notice)).toEqual(
      Array(2).fill({ kind: 'concerns_grew', values: expect.objectContaining({ event_failed: 3, count: 3 }) }),
    );
    await desk.db.paymentEvent.updateMany({ where: { stripeEventId: 'evt_1' }, data: { outcome: 'received' } });
    await tell();
    await desk.db.paymentEvent.updateMany({ where: { stripeEventId: 'evt_1' }, data: { outcome: 'failed' } });
    await desk.db.concernNotices.updateMany({ data: { toldAt: new Date(at.getTime() - HOUR_MINUTES * 60_000) } });
    await tell();
    expect(await told()).toHaveLength(4);
    await desk.db.paymentEvent.deleteMany({ where: { stripeEventId: { in: ids } } });
  });

  test('tells what came within the hour together when the hour is over, and nothing twice', async () => {
    await failMessage();
    await tell();
    const seen = await failMessage();
    await failMessage();
    expect(await tell()).toEqual({ processed: 0 });
    await desk.db.outboundMessage.update({ where: { id: seen.id }, data: { status: 'delivered' } });
    await desk.sandbox.clock.advance(HOUR_MINUTES);
    expect(await tell()).toEqual({ processed: 1 });
    expect((await told()).at(-1)?.notice).toMatchObject({ values: { count: 1 } });
    await desk.sandbox.clock.advance(HOUR_MINUTES);
    expect(await tell()).toEqual({ processed: 0 });
  });

  test('tells that the model is down when it has failed for minutes, once a day, and forgets a hiccup', async () => {
    const worker = randomUUID();
    const pauses = () => desk.db.notification.count({ where: { businessKey: { startsWith: 'model-down:' } } });
    const until = new Date(Date.now() + 15_000);
    await notePause(desk.db, { worker, until });
    await tell();
    expect([await pauses(), (await counts()).model_paused]).toEqual([0, 0]);
    await desk.db.$executeRaw`UPDATE model_pauses SET since = now() - interval '3 minutes'`;
    // Each try that fails makes another pause of the same outage.
    await notePause(desk.db, { worker, until: new Date(Date.now() + 30_000) });
    await Promise.all([tell(), tell()]);
    expect([await pauses(), (await counts()).model_paused]).toEqual([2, 1]);
    await notePause(desk.db, { worker, until: null });
    expect((await counts()).model_paused).toBe(0);
  });
});

describe('an order whose payment link could not be made', () => {
  const given = async () => (await counts()).checkout_given_up;

  test('is told to the team together with others, and not again', async () => {
    const [first] = [await givenUpOrder(desk), await givenUpOrder(desk)];
    expect(await given()).toBe(2);
    await tell();
    expect((await told()).map(({ notice }) => notice)).toEqual(
      Array(2).fill({ kind: 'concerns_grew', values: expect.objectContaining({ checkout_given_up: 2, count: 2 }) }),
    );
    await desk.sandbox.clock.advance(HOUR_MINUTES);
    expect(await tell()).toEqual({ processed: 0 });
    const { concerns } = await showConcerns(needs(), { role: 'staff' });
    const reason = expect.stringContaining('400');
    expect(concerns.find(({ kind }) => kind === 'checkout_given_up')?.facts).toMatchObject({
      orderId: first.orderId,
      reason,
    });
  });

  test('leaves the list when its customer orders again, or after a week', async () => {
    const again = await givenUpOrder(desk);
    const before = await given();
    await desk.sandbox.clock.advance(1);
    const { orderId } = await placeOrder(desk);
    await desk.db.order.update({ where: { id: orderId }, data: { customerId: again.customerId } });
    expect(await given()).toBe(before - 1);
    await desk.db.paymentAttempt.updateMany({ where: { status: 'FAILED' }, data: { closedAt: daysAgo(8) } });
    expect(await given()).toBe(0);
  });
});

describe('a message that failed', () => {
  test('is nothing to see to where nobody waits for it, it was overtaken, or it is long ago', async () => {
    await failMessage('reminder');
    await failMessage('payment-link');
    await failMessage('code-again', { failedAt: daysAgo(8) });
    const collected = await failMessage('thank-you');
    await desk.db.order.update({ where: { id: collected.orderId }, data: { status: 'collected' } });
    expect((await counts()).message_failed).toBe(0);
    await failMessage('thank-you');
    await failMessage('refunded');
    expect((await counts()).message_failed).toBe(2);
  });

  test('of a chat is one until the chat goes on', async () => {
    const { customerId, conversationId } = await failMessage('turn', { orderId: null });
    expect((await counts()).message_failed).toBe(1);
    const next = { businessKey: `turn:${randomUUID()}`, content: { body: 'y' }, createdAt: desk.clock.now() };
    await desk.db.outboundMessage.create({ data: { ...next, customerId, conversationId } });
    expect((await counts()).message_failed).toBe(0);
  });

  test('to somebody who was forgotten is none', async () => {
    const { customerId } = await failMessage();
    expect((await counts()).message_failed).toBe(1);
    const channelAddress = `forgotten:${customerId}`;
    await desk.db.customer.update({ where: { id: customerId }, data: { channelAddress } });
    expect((await counts()).message_failed).toBe(0);
  });
});

describe('what runs out', () => {
  const levelOf = (productId: string) => desk.db.stockLevel.findFirstOrThrow({ where: { productId } });

  test(`is on the list with ${FEW_LEFT} left of what sells, since when it has been so few, until more comes`, async () => {
    const { product } = await paidOrder(desk, { onHand: FEW_LEFT + 2 });
    expect([(await counts()).stock_low, (await levelOf(product.id)).lowSince]).toEqual([0, null]);
    const level = await levelOf(product.id);
    await desk.db.stockLevel.update({ where: { id: level.id }, data: { onHand: FEW_LEFT } });
    const { lowSince } = await levelOf(product.id);
    expect(lowSince).not.toBeNull();
    expect((await counts()).stock_low).toBe(1);
    await desk.db.stockLevel.update({ where: { id: level.id }, data: { onHand: 0 } });
    expect((await levelOf(product.id)).lowSince).toEqual(lowSince);
    await desk.db.stockLevel.update({ where: { id: level.id }, data: { onHand: FEW_LEFT + 1 } });
    expect([(await counts()).stock_low, (await levelOf(product.id)).lowSince]).toEqual([0, null]);
  });

  test('counts what orders hold as gone, and is none when nobody buys it or it is off sale', async () => {
    const { product } = await placeOrder(desk, { onHand: FEW_LEFT + 1 });
    expect((await levelOf(product.id)).lowSince).not.toBeNull();
    // Held, not sold.
    expect((await counts()).stock_low).toBe(0);
    const sold = await paidOrder(desk, { onHand: FEW_LEFT + 1 });
    expect((await counts()).stock_low).toBe(1);
    await desk.db.product.update({ where: { id: sold.product.id }, data: { active: false } });
    expect((await counts()).stock_low).toBe(0);
    await desk.db.product.update({ where: { id: sold.product.id }, data: { active: true } });
    const { id: stockLevelId } = await levelOf(sold.product.id);
    await moveBack(stockLevelId, SELLS_DAYS + 1);
    expect((await counts()).stock_low).toBe(0);
  });

  /** As if what was sold had been so many days ago: the ledger itself cannot be changed. */
  async function moveBack(stockLevelId: string, days: number) {
    await desk.db.$transaction([
      desk.db.$executeRaw`ALTER TABLE stock_movements DISABLE TRIGGER USER`,
      desk.db.$executeRaw`UPDATE stock_movements SET created_at = created_at - ${days}::int * interval '1 day'
        WHERE stock_level_id = ${stockLevelId}::uuid`,
      desk.db.$executeRaw`ALTER TABLE stock_movements ENABLE TRIGGER USER`,
    ]);
  }
});

describe('a wording that WhatsApp has not approved', () => {
  const template = (approval: string, digest: string, wantedAt: Date) =>
    desk.db.messageTemplate.create({
      data: { key: 'ready', locale: 'en', contentSid: `HX${digest}`, approval, digest, wantedAt },
    });
  const ago = (hours: number) => new Date(desk.clock.now().getTime() - hours * 3600_000);

  test('is one when it was refused or waits for days, whatever older wording is approved', async () => {
    await template('approved', 'old', ago(100));
    await template('pending', 'new', ago(1));
    expect((await counts()).template).toBe(0);
    await desk.db.messageTemplate.updateMany({ where: { digest: 'new' }, data: { wantedAt: ago(49) } });
    expect((await counts()).template).toBe(1);
    await desk.db.messageTemplate.updateMany({ where: { digest: 'new' }, data: { approval: 'rejected' } });
    expect((await counts()).template).toBe(1);
    await desk.db.messageTemplate.updateMany({ where: { digest: 'new' }, data: { approval: 'approved' } });
    expect((await counts()).template).toBe(0);
  });
});
