import { randomUUID } from 'node:crypto';
import type { Express, Request, Response } from 'express';
import { parseMoney } from '../../domain/money.ts';
import { STAFF_REFUND_REASONS } from '../../domain/refund.ts';
import { REVIEW_OUTCOMES } from '../../domain/review.ts';
import { storableText } from '../../domain/storable.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { OrderDetail } from '../../flows/show-staff-orders.ts';
import { single } from '../identifiers.ts';
import type { WebNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { readStaffForm } from '../staff/frame.ts';
import { requireForm, requireRole } from '../staff/gate.ts';
import type { StaffFrame } from '../staff/layout.tsx';
import { moneyPage } from '../staff/pages/money-page.tsx';
import { orderPage } from '../staff/pages/order-page.tsx';
import { paymentEventPage } from '../staff/pages/payment-event-page.tsx';
import { MONEY_WORDS, type MoneyProblem } from '../staff/words/money-words.ts';

type Needs = Pick<
  WebNeeds,
  | 'accounts'
  | 'badge'
  | 'clock'
  | 'shop'
  | 'csrfSecret'
  | 'publicUrl'
  | 'showOrder'
  | 'refundOrder'
  | 'releaseReview'
  | 'showMoney'
  | 'showPaymentEvent'
  | 'replayPaymentEvent'
>;

const DONE = { refund: 'refund', release: 'review' } as const;

// As long as a page takes to load, however slow the phone.
const JUST_NOW_MS = 120_000;

/** What the order's page says after a form was sent, by the address it leads to; an address alone says nothing. */
export function noticeOfDone(
  { locale, staff }: StaffFrame,
  { timeline }: OrderDetail,
  { done, now }: { done: unknown; now: Date },
): { isGood: true; text: string } | undefined {
  if (done !== 'refund' && done !== 'release') return undefined;
  const isSo = timeline.some(
    ({ what, who, at }) =>
      what === (done === 'refund' ? 'refund.requested' : 'review.released') &&
      who.kind === 'staff' &&
      who.id === staff.id &&
      now.getTime() - at.getTime() < JUST_NOW_MS,
  );
  return isSo ? { isGood: true, text: MONEY_WORDS[locale][DONE[done]].done } : undefined;
}

const fieldsOf = (req: Request) => (req.body ?? {}) as Record<string, unknown>;
const actorOf = ({ staff }: StaffFrame) => `staff:${staff.id}`;

export function addStaffMoneyRoutes(app: Express, needs: Needs): void {
  app.post('/staff/orders/:id/refund', readStaffForm, async (req, res, next) => {
    const frame = await requireForm(needs, req, res, { role: 'manager', path: `/staff/orders/${req.params.id}` });
    if (!frame) return;
    const order = isUuid(req.params.id) ? await needs.showOrder(req.params.id) : undefined;
    if (!order) return next();
    const outcome = await askForRefund(needs, frame, order, fieldsOf(req));
    logOf(res).info({ orderId: order.id, staffId: frame.staff.id, outcome }, 'refund asked for');
    await answerForm(needs, res, { frame, order, outcome, done: 'refund' });
  });

  app.post('/staff/orders/:id/release', readStaffForm, async (req, res, next) => {
    const frame = await requireForm(needs, req, res, { role: 'manager', path: `/staff/orders/${req.params.id}` });
    if (!frame) return;
    const order = isUuid(req.params.id) ? await needs.showOrder(req.params.id) : undefined;
    if (!order) return next();
    const outcome = await releaseOne(needs, frame, order, fieldsOf(req));
    logOf(res).info({ orderId: order.id, staffId: frame.staff.id, outcome }, 'review released');
    await answerForm(needs, res, { frame, order, outcome, done: 'release' });
  });

  addEventRoutes(app, needs);
}

const RESTOCK = new Map([
  ['', {}],
  ['yes', { restock: true }],
  ['no', { restock: false }],
]);

async function askForRefund(
  needs: Needs,
  frame: StaffFrame,
  order: OrderDetail,
  fields: Record<string, unknown>,
): Promise<'requested' | MoneyProblem> {
  const payment = order.money.payments.find(({ id }) => id === fields.payment);
  const reason = STAFF_REFUND_REASONS.find((each) => each === fields.reason);
  const requestKey = single(fields.key);
  const restock = RESTOCK.get(single(fields.restock));
  if (!payment || !reason || !restock || !isUuid(requestKey)) return 'unknown';
  const amount = single(fields.amount).trim();
  const amountMinor = amount ? parseMoney(amount, payment.currency) : payment.leftMinor;
  if (amountMinor === undefined) return 'bad_amount';
  const result = await needs.refundOrder({
    ...{ paymentId: payment.id, reason, requestKey, by: actorOf(frame) },
    ...(amountMinor > 0 && { amountMinor }),
    ...restock,
  });
  return result.kind;
}

async function releaseOne(
  needs: Needs,
  frame: StaffFrame,
  order: OrderDetail,
  fields: Record<string, unknown>,
): Promise<'released' | MoneyProblem> {
  const note = storableText(single(fields.note)).trim().slice(0, 300);
  if (!note) return 'note_missing';
  const review = order.reviews.find(({ id }) => id === fields.review);
  const outcome = REVIEW_OUTCOMES.find((each) => each === fields.outcome);
  if (!review || !outcome) return 'not_in_review';
  return (await needs.releaseReview({ reviewId: review.id, outcome, note, by: actorOf(frame) })).kind;
}

type Answer = {
  frame: StaffFrame;
  order: OrderDetail;
  outcome: 'requested' | 'released' | MoneyProblem;
  done: keyof typeof DONE;
};

/** Done: to the order's page, so that loading it again sends nothing again. Refused: the page with the reason. */
async function answerForm(needs: Needs, res: Response, { frame, order, outcome, done }: Answer): Promise<void> {
  if (outcome === 'requested' || outcome === 'released')
    return res.redirect(303, `/staff/orders/${order.id}?done=${done}`);
  const notice = { isGood: false, text: MONEY_WORDS[frame.locale].problems[outcome] };
  // As it is now: another person may have been quicker.
  const current = (await needs.showOrder(order.id)) ?? order;
  const status = outcome === 'bad_amount' || outcome === 'note_missing' ? 400 : 409;
  sendPage(res, status, orderPage({ frame, order: current, requestKey: randomUUID(), now: needs.clock.now(), notice }));
}

function addEventRoutes(app: Express, needs: Needs): void {
  app.get('/staff/money', async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager' });
    if (frame) sendPage(res, 200, moneyPage({ frame, overview: await needs.showMoney() }));
  });

  app.get('/staff/events/:id', async (req, res, next) => {
    const frame = await requireRole(needs, req, res, { role: 'manager' });
    if (!frame) return;
    const event = isUuid(req.params.id) ? await needs.showPaymentEvent(req.params.id) : undefined;
    if (!event) return next();
    sendPage(res, 200, paymentEventPage({ frame, event }));
  });

  app.post('/staff/events/:id/replay', readStaffForm, async (req, res, next) => {
    const frame = await requireForm(needs, req, res, { role: 'manager', path: `/staff/events/${req.params.id}` });
    if (!frame) return;
    const eventId = req.params.id ?? '';
    const isKnown = isUuid(eventId) && (await needs.showPaymentEvent(eventId)) !== undefined;
    if (!isKnown) return next();
    const isQueued = await needs.replayPaymentEvent({ eventId, by: actorOf(frame) });
    const event = await needs.showPaymentEvent(eventId);
    if (!event) return next();
    const words = MONEY_WORDS[frame.locale].event;
    const notice = isQueued ? words.replayed : words.notReplayed;
    sendPage(res, isQueued ? 200 : 409, paymentEventPage({ frame, event, notice }));
  });
}
