import { randomUUID } from 'node:crypto';
import { notifyTeam } from '../../src/db/notifications.ts';
import { confirmOrder } from '../../src/flows/confirm-order.ts';
import { refundOrder } from '../../src/flows/refund-order.ts';
import { mismatchedOrder } from './manager.ts';
import { givenUpOrder, type MoneyDesk, paidOrder, placeOrder } from './money-desk.ts';
import { proposeOne } from './proposed-order.ts';

/** What an unkind customer, or supplier, calls things. */
export const UNKIND = '<img src=x onerror=alert(1)>';
export const BUDGET_MICRO_USD = 1_000_000;
const MINUTE_MS = 60_000;

/** One thing of each kind that needs somebody, in a shop that had none; answers what each is known by on the page. */
export async function oneOfEachConcern(desk: MoneyDesk) {
  const money = await moneyConcerns(desk);
  const customers = await customerConcerns(desk);
  await machineConcerns(desk);
  const low = await paidOrder(desk, { onHand: 2, label: `Pneu ${UNKIND}` });
  return { ...money, ...customers, lowProductId: low.product.id };
}

async function moneyConcerns(desk: MoneyDesk) {
  const [disputed, refused] = [await paidOrder(desk), await paidOrder(desk)];
  desk.stripe.refunds.openDispute(disputed.chargeId);
  await desk.work();
  desk.stripe.faults.add({ method: 'POST', path: /refunds$/, kind: 'status', status: 400, times: 3 });
  const { paymentId } = refused;
  await refundOrder(desk, { paymentId, reason: 'duplicate', requestKey: randomUUID(), by: 'staff:staff-1' });
  await desk.work();
  const reviewed = await mismatchedOrder(desk);
  const unhandled = await placeOrder(desk);
  desk.stripe.faults.add({ method: 'GET', path: /checkout\/sessions\//, kind: 'status', status: 400 });
  desk.stripe.checkout.pay(unhandled.sessionId);
  await desk.work();
  const failedEvent = await desk.db.paymentEvent.findFirstOrThrow({ where: { outcome: 'failed' } });
  const day = new Date(`${desk.clock.now().toISOString().slice(0, 10)}T00:00:00Z`);
  await desk.db.reconciliation.create({ data: { part: 'ledger', day, startedAt: day, remaining: 2 } });
  return { disputed, refused, reviewed, unhandled, failedEvent };
}

async function customerConcerns(desk: MoneyDesk) {
  const { db, clock } = desk;
  const ago = (minutes: number) => new Date(clock.now().getTime() - minutes * MINUTE_MS);
  const lost = await paidOrder(desk);
  const thankYou = { businessKey: `thank-you:${lost.orderId}` };
  await db.customer.update({ where: { id: lost.customerId }, data: { firstName: UNKIND } });
  const failedMessage = await db.outboundMessage.update({
    where: thankYou,
    data: { status: 'failed', failedAt: ago(1), errorCode: 63003 },
  });
  const waiting = await db.customer.create({
    data: {
      channelAddress: `whatsapp:+590690${randomUUID()}`,
      firstName: UNKIND,
      lastInboundAt: ago(5),
      conversation: { create: { humanSince: ago(5) } },
    },
    include: { conversation: true },
  });
  const unlinked = await confirmOrder(desk.needs, await proposeOne(desk));
  if (unlinked.kind !== 'ordered') throw new Error('no order was made');
  await db.paymentAttempt.updateMany({
    where: { orderId: unlinked.orderId },
    data: { createdAt: ago(11), nextCallAt: new Date(Date.now() + 3600_000) },
  });
  const givenUp = await givenUpOrder(desk);
  const over = await placeOrder(desk);
  await db.order.update({ where: { id: over.orderId }, data: { expiresAt: ago(16) } });
  return { failedMessage, lost, waitingId: waiting.conversation?.id ?? '', unlinked, givenUp, over };
}

async function machineConcerns({ db, clock }: MoneyDesk) {
  const now = clock.now();
  const old = new Date(now.getTime() - 2 * 60 * MINUTE_MS);
  await notifyTeam(db, { key: `stuck:${randomUUID()}`, kind: 'webhooks_missed', values: { count: 1 }, at: old });
  await db.notification.deleteMany({ where: { status: 'queued', channel: 'email' } });
  const failed = { channel: 'slack', content: { to: 'team' }, status: 'failed', lastError: UNKIND } as const;
  await db.notification.create({ data: { ...failed, businessKey: randomUUID(), createdAt: now } });
  const template = { key: 'thank_you', locale: 'fr', contentSid: 'HX1', digest: 'new', approval: 'rejected' };
  await db.messageTemplate.create({ data: template });
  const since = new Date(Date.now() - 5 * MINUTE_MS);
  await db.modelPause.create({ data: { worker: randomUUID(), until: new Date(Date.now() + MINUTE_MS), since } });
  const { id: customerId } = await db.customer.findFirstOrThrow();
  const day = new Date(`${now.toISOString().slice(0, 10)}T00:00:00Z`);
  await db.modelSpending.create({ data: { day, customerId, calls: 1, microUsd: BUDGET_MICRO_USD } });
}
