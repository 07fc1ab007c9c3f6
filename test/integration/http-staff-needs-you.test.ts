import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requeueFailedMessages } from '../../src/db/outbox.ts';
import { requeueFailedEvents } from '../../src/db/payment-events.ts';
import { measureShop } from '../../src/db/shop-health.ts';
import { badgeText, CONCERN_KINDS, concernsOf, countFor } from '../../src/domain/concern.ts';
import { countOpenConcerns } from '../../src/flows/show-concerns.ts';
import { showPaymentEvent } from '../../src/flows/show-money.ts';
import { replayPaymentEvent, settlePaymentEvent } from '../../src/flows/try-again.ts';
import { CONCERN_WORDS } from '../../src/http/staff/words/concern-words.ts';
import { addStaff, type MoneyDesk, openMoneyDesk, paidOrder, placeOrder, stateOf } from '../support/money-desk.ts';
import { force, headers, needsOf, open, PATH, press, withNeedsYou } from '../support/needs-you-page.ts';
import { oneOfEachConcern, UNKIND } from '../support/one-of-each-concern.ts';
import { noOrders } from '../support/order-samples.ts';
import { managerAccounts, stubAccounts } from '../support/stub-accounts.ts';
import { type Web, withWeb } from '../support/web.ts';

// The page of what needs somebody, on the real flows and a real database with one thing of each kind in it.

let desk: MoneyDesk;
let each: Awaited<ReturnType<typeof oneOfEachConcern>>;
beforeAll(async () => {
  desk = await openMoneyDesk();
  await addStaff(desk, { id: 'staff-1', name: 'Léa' });
  each = await oneOfEachConcern(desk);
}, 60_000);
afterAll(() => desk.close());

const needs = () => needsOf(desk);
const asManager = (use: (web: Web) => Promise<void>) => withNeedsYou(desk, managerAccounts, use);
const asStaff = (use: (web: Web) => Promise<void>) => withNeedsYou(desk, stubAccounts, use);
const titles = CONCERN_WORDS.en.kinds;
const rowsIn = (html: string) => html.match(/<li>/g)?.length ?? 0;
const replayed = async (which: Parameters<typeof requeueFailedEvents>[1]) =>
  (await requeueFailedEvents(desk.db, which)).map(({ stripeEventId }) => stripeEventId);
const auditsOf = (subject: string) => desk.db.auditEntry.findMany({ where: { subject }, orderBy: { seq: 'asc' } });

/** A message about a paid order, or of its customer's chat, that has just failed. */
async function failMessage(kind: string | null): Promise<string> {
  const { orderId, customerId } = await paidOrder(desk);
  const { id: conversationId } = await desk.db.conversation.findUniqueOrThrow({ where: { customerId } });
  const failed = {
    status: 'failed',
    failedAt: desk.clock.now(),
    createdAt: desk.clock.now(),
    content: { body: 'x' },
  } as const;
  const businessKey = `${kind ?? 'turn'}:${randomUUID()}`;
  const data = { ...failed, businessKey, customerId, conversationId, ...(kind && { orderId }) };
  return (await desk.db.outboundMessage.create({ data })).id;
}

/** An event about an order's session, which Stripe does not give out the first time it is asked: given up at once. */
async function giveUpEvent() {
  const { sessionId, orderId } = await placeOrder(desk);
  desk.stripe.faults.add({ method: 'GET', path: new RegExp(sessionId), kind: 'status', status: 400 });
  desk.stripe.checkout.pay(sessionId);
  await desk.work();
  const event = await desk.db.paymentEvent.findFirstOrThrow({ where: { outcome: 'failed' }, orderBy: { seq: 'desc' } });
  return { ...event, paidOrderId: orderId };
}
const failedEventsMeasured = async () => (await measureShop(desk.db, desk.clock.now())).paymentEventsFailed;

describe('the list', () => {
  test('has every kind for a manager: what it is, since when, and where it is dealt with', async () => {
    await asManager(async (web) => {
      const { html } = await open(web);
      for (const kind of CONCERN_KINDS) expect(html).toContain(titles[kind].title);
      const { disputed, refused, reviewed, failedEvent, failedMessage, lost, waitingId, unlinked, givenUp, over } =
        each;
      expect(html).toMatch(new RegExp(`/staff/orders/${disputed.orderId}".*answer before`, 's'));
      for (const { orderId } of [refused, reviewed, unlinked, givenUp, over, lost])
        expect(html).toContain(`href="/staff/orders/${orderId}"`);
      expect(html).toContain(`href="/staff/events/${failedEvent.id}"`);
      expect(html).toContain(`href="/staff/conversations/${waitingId}#latest"`);
      expect(html).toContain(`href="/staff/catalogue/${each.lowProductId}"`);
      expect(html).toContain('Thank-you with the QR code');
      expect(html).toContain('this number is not on WhatsApp');
      expect(html).toContain('1 left, 1 sold in 30 days');
      expect(html).toContain(`datetime="${failedMessage.failedAt?.toISOString()}"`);
    });
  });

  test('shows names with HTML in them as text', async () => {
    await asManager(async (web) => {
      const { html } = await open(web);
      expect(html).not.toContain(UNKIND);
      // The customer who waits, the one of the message, the product, the error of a notice.
      expect(html.split('&lt;img src=x onerror=alert(1)>').length).toBeGreaterThanOrEqual(5);
    });
  });

  test('has only what they can see to for staff, without money, keys or wordings', async () => {
    await asStaff(async (web) => {
      const { html } = await open(web);
      const shown = CONCERN_KINDS.filter((kind) => html.includes(titles[kind].title));
      expect(shown).toEqual(concernsOf('staff'));
      expect(shown).toHaveLength(6);
      expect(html).not.toContain(each.disputed.orderNumber);
      expect(html).not.toContain('/events/');
    });
  });

  test.each(['manager', 'staff'] as const)(
    'has as many things as the badge says on every page, for %s',
    async (role) => {
      await withNeedsYou(desk, role === 'manager' ? managerAccounts : stubAccounts, async (web) => {
        const list = await open(web);
        const counts = await countOpenConcerns(needs());
        expect(String(rowsIn(list.html))).toBe(list.badge);
        expect(list.badge).toBe(badgeText(countFor(counts, role)));
        expect((await open(web, '/staff')).badge).toBe(list.badge);
        expect(rowsIn(await (await web.fetch(`${PATH}?part=live`, { headers })).text())).toBe(rowsIn(list.html));
      });
    },
  );

  test('has disputes with the nearest date first, and none that the bank decides now', async () => {
    const later = await paidOrder(desk);
    desk.stripe.refunds.openDispute(later.chargeId);
    await desk.work();
    const dueIn = (paymentId: string, days: number) =>
      desk.db.dispute.updateMany({
        where: { paymentId },
        data: { dueBy: new Date(desk.clock.now().getTime() + days * 24 * 3600_000) },
      });
    await dueIn(each.disputed.paymentId, 2);
    await dueIn(later.paymentId, 1);
    await asManager(async (web) => {
      const { html } = await open(web);
      expect(html.indexOf(later.orderId)).toBeLessThan(html.indexOf(each.disputed.orderId));
      // Answered, it is the bank's: nothing is left to do.
      await desk.db.dispute.updateMany({ where: { paymentId: later.paymentId }, data: { status: 'under_review' } });
      expect((await open(web)).html).not.toContain(later.orderId);
    });
  });
});

describe('what is pressed', () => {
  test('sends a message that failed again, once, and takes it off the list', async () => {
    const { failedMessage: message, lost } = each;
    const counted = async () => (await countOpenConcerns(needs())).message_failed;
    const before = await counted();
    await asStaff(async (web) => {
      const answer = await press(web, `messages/${message.id}/again`);
      expect(answer.status).toBe(200);
      expect(answer.html).toContain('One message is on its way again');
      expect(answer.html).not.toContain(`messages/${message.id}/again`);
      expect(await counted()).toBe(before - 1);
      // Whoever did it sees it on every page at once.
      const left = badgeText(countFor(await countOpenConcerns(needs()), 'staff'));
      expect((await open(web, '/staff')).badge).toBe(left);
      expect(await force(web, `messages/${message.id}/again`, (await open(web)).csrf)).toBe(409);
    });
    const row = await desk.db.outboundMessage.findUniqueOrThrow({ where: { id: message.id } });
    expect(row).toMatchObject({ status: 'queued', attempts: 0, failedAt: null });
    const entries = (await auditsOf(`order:${lost.orderId}`)).filter(({ action }) => action === 'message.sent_again');
    expect(entries).toMatchObject([{ actor: 'staff:staff-1', details: { message: row.businessKey } }]);
  });

  test('sends all about orders again, and leaves the answers of a chat', async () => {
    const failed = [await failMessage('code-again'), await failMessage('code-again'), await failMessage(null)];
    await asStaff(async (web) => {
      expect((await press(web, 'messages/all/again')).html).toContain('2 messages are on their way again');
    });
    const rows = await desk.db.outboundMessage.findMany({ where: { id: { in: failed } }, orderBy: { seq: 'asc' } });
    expect(rows.map(({ status }) => status).sort()).toEqual(['failed', 'queued', 'queued']);
  });

  test('takes a message off the list that somebody saw to another way, until it fails again', async () => {
    const id = await failMessage('code-again');
    await asStaff(async (web) => {
      expect((await press(web, `messages/${id}/settle`)).html).toContain('It is off the list');
      const { html, csrf } = await open(web);
      expect(html).not.toContain(id);
      expect(await force(web, `messages/${id}/settle`, csrf)).toBe(409);
      expect(await force(web, `messages/${id}/again`, csrf)).toBe(409);
      // An operator's replay (messages:replay): what fails after it is news.
      expect(await requeueFailedMessages(desk.db, { ids: [id] })).toHaveLength(1);
      await desk.db.outboundMessage.update({ where: { id }, data: { status: 'failed', failedAt: desk.clock.now() } });
      expect((await open(web)).html).toContain(id);
    });
    await desk.db.outboundMessage.update({ where: { id }, data: { status: 'delivered' } });
  });

  test('has events that were given up handled again, all at once', async () => {
    desk.stripe.faults.add({ method: 'GET', path: /checkout\/sessions\//, kind: 'status', status: 400 });
    const { sessionId } = await placeOrder(desk);
    desk.stripe.checkout.pay(sessionId);
    await desk.work();
    const { unhandled, failedEvent } = each;
    await asManager(async (web) => {
      expect((await press(web, 'events/all/again')).html).toContain('2 messages of Stripe’s are handled again');
      await desk.work();
      expect(await stateOf(desk, unhandled.orderId)).toMatchObject({ order: 'confirmed' });
      const { html, csrf } = await open(web);
      expect(html).not.toContain(titles.event_failed.title);
      expect(await force(web, `events/${failedEvent.id}/again`, csrf)).toBe(409);
    });
  });

  test('takes an event off the list that can never be handled: it is counted no more, and replayed only by its name', async () => {
    const { id, stripeEventId, lastError, paidOrderId } = await giveUpEvent();
    const before = await failedEventsMeasured();
    await asManager(async (web) => {
      expect((await press(web, `events/${id}/settle`)).html).toContain('It is off the list');
      const { html, csrf, badge } = await open(web);
      expect(html).not.toContain(id);
      expect(badge).toBe(badgeText(countFor(await countOpenConcerns(needs()), 'manager')));
      expect(await force(web, `events/${id}/settle`, csrf)).toBe(409);
    });
    expect(await failedEventsMeasured()).toBe(before - 1);
    expect(await auditsOf(`event:${id}`)).toMatchObject([
      { actor: 'staff:staff-1', action: 'event.settled', details: { stripeEventId } },
    ]);
    // Why it failed is still to be read.
    const shown = { outcome: 'ignored', reason: `seen to by a manager: ${lastError}`, mayReplay: true };
    expect(await showPaymentEvent(desk, id)).toMatchObject(shown);
    for (const foreign of [false, true]) expect(await replayed({ foreign })).not.toContain(stripeEventId);
    expect(await replayed({ foreign: false, stripeEventIds: [stripeEventId] })).toEqual([stripeEventId]);
    await desk.work();
    expect(await stateOf(desk, paidOrderId)).toMatchObject({ order: 'confirmed' });
    expect(await showPaymentEvent(desk, id)).toMatchObject({ outcome: 'handled', reason: null, mayReplay: false });
  });

  test('an event that is handled again, or was, is not taken off; of two managers at once one takes it', async () => {
    const { id, stripeEventId } = await giveUpEvent();
    const settle = () => settlePaymentEvent(desk, { id, by: 'staff:staff-1' });
    expect((await Promise.all([settle(), settle()])).sort()).toEqual([false, true]);
    expect(await auditsOf(`event:${id}`)).toHaveLength(1);
    // Asked for again by its page, it waits; handled, it is no failure.
    expect(await replayPaymentEvent(desk, { eventId: id, by: 'staff:staff-1' })).toBe(true);
    expect(await settle()).toBe(false);
    await desk.work();
    expect(await settle()).toBe(false);
    expect(await desk.db.paymentEvent.findUniqueOrThrow({ where: { stripeEventId } })).toMatchObject({
      outcome: 'handled',
    });
  });

  test('sends a notice that failed again, or takes it off the list', async () => {
    const first = await desk.db.notification.findFirstOrThrow({ where: { status: 'failed' } });
    const data = {
      channel: 'email',
      content: { to: 'customer' },
      status: 'failed',
      createdAt: desk.clock.now(),
    } as const;
    const second = await desk.db.notification.create({ data: { ...data, businessKey: randomUUID() } });
    await asManager(async (web) => {
      expect((await press(web, `notifications/${first.id}/again`)).status).toBe(200);
      expect((await press(web, `notifications/${second.id}/settle`)).status).toBe(200);
      expect((await open(web)).html).not.toContain(titles.notification_failed.title);
    });
    const rows = await desk.db.notification.findMany({ where: { id: { in: [first.id, second.id] } } });
    expect(rows.map(({ status }) => status).sort()).toEqual(['failed', 'queued']);
    expect(await auditsOf(`notification:${first.id}`)).toMatchObject([{ action: 'notification.sent_again' }]);
    expect(await auditsOf(`notification:${second.id}`)).toMatchObject([{ action: 'notification.settled' }]);
  });

  test('does nothing for staff where it is money or mail, without our key, or about what there is not', async () => {
    const event = await giveUpEvent();
    await asStaff(async (web) => {
      const { csrf } = await open(web);
      const ofManagers = [`events/${event.id}/again`, `events/${event.id}/settle`, 'events/all/again'];
      for (const act of [...ofManagers, `notifications/${randomUUID()}/again`])
        expect(await force(web, act, csrf)).toBe(403);
      expect(await desk.db.paymentEvent.findUniqueOrThrow({ where: { id: event.id } })).toMatchObject({
        outcome: 'failed',
      });
      expect(await auditsOf(`event:${event.id}`)).toEqual([]);
      expect(await force(web, `messages/${randomUUID()}/again`, '')).toBe(403);
      expect(await force(web, `messages/${randomUUID()}/again`, csrf)).toBe(409);
      for (const act of ['messages/x/again', 'messages/all/settle', 'messages/constructor/again'])
        expect(await force(web, act, csrf)).toBe(404);
    });
    await asManager(async (web) => {
      const { csrf } = await open(web);
      expect(await force(web, `events/${event.id}/settle`, '')).toBe(403);
      for (const act of ['events/x/settle', 'events/all/settle']) expect(await force(web, act, csrf)).toBe(404);
      expect(await force(web, `events/${randomUUID()}/settle`, csrf)).toBe(409);
    });
    await withWeb({ listOrders: noOrders }, async (web) => {
      expect((await web.fetch(PATH)).status).toBe(303);
    });
  });
});
