import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { shelvesOf } from '../../src/db/paid-waiting.ts';
import { verifyDatabase } from '../../src/db/verify.ts';
import { piecesOn } from '../../src/domain/stock-deed.ts';
import { collectPickup } from '../../src/flows/confirm-pickup.ts';
import { correctStock } from '../../src/flows/correct-stock.ts';
import { markReady } from '../../src/flows/mark-ready.ts';
import { showProduct } from '../../src/flows/show-catalogue.ts';
import { addStaff, type MoneyDesk, openMoneyDesk, paidOrder, placeOrder, stateOf } from '../support/money-desk.ts';
import { managerAccounts, SESSION_COOKIE } from '../support/stub-accounts.ts';
import { startWeb, type Web } from '../support/web.ts';

// Whoever counts a shelf counts what is paid and waits there, too: it is not sold a second time.

let desk: MoneyDesk;
let web: Web;
let staff: Awaited<ReturnType<typeof addStaff>>;
beforeAll(async () => {
  desk = await openMoneyDesk();
  staff = await addStaff(desk, { id: 'lucie', name: 'Lucie' });
  web = await startWeb({
    accounts: managerAccounts,
    showProduct: (id) => showProduct(desk, id),
    correctStock: (wish) => correctStock(desk, wish),
  });
});
afterEach(async () => {
  expect((await verifyDatabase(desk.db)).broken).toEqual([]);
});
afterAll(async () => {
  await web?.close();
  await desk.close();
});

type Placed = Awaited<ReturnType<typeof placeOrder>>;
const count = ({ product, location }: Pick<Placed, 'product' | 'location'>, quantity: number, piecesSeen?: number) =>
  correctStock(desk, {
    ...{ productId: product.id, locationId: location.id, cause: 'count', quantity, piecesSeen },
    ...{ reason: 'Inventory', requestKey: randomUUID(), staffId: staff.id },
  });
const handOver = ({ orderNumber }: Placed) => collectPickup(desk.needs, { code: { orderNumber }, staff });
const onHand = async ({ orderId }: Placed) => (await stateOf(desk, orderId)).onHand;
const piecesOf = async ({ product }: Placed) => (await shelvesOf(desk.db, product.id)).map(piecesOn)[0];

test('of five counted two are paid and wait for their customer: three are on hand, and it is on record why', async () => {
  const order = await paidOrder(desk, { onHand: 4, quantity: 2 });
  expect(await count(order, 4)).toEqual({ kind: 'unchanged' });
  expect(await count(order, 5)).toMatchObject({ kind: 'moved', before: 2, after: 3 });
  const subject = `product:${order.product.id}`;
  const audited = await desk.db.auditEntry.findFirstOrThrow({ where: { subject } });
  expect(audited.details).toMatchObject({ counted: 5, paidWaiting: 2, before: 2, after: 3 });
});

test('once handed over they are gone, and what is counted is on hand', async () => {
  const order = await paidOrder(desk, { onHand: 4, quantity: 2 });
  expect(await handOver(order)).toMatchObject({ kind: 'collected' });
  expect(await count(order, 3)).toMatchObject({ kind: 'moved', after: 3 });
});

test('what is reserved and not paid is on hand still, and is not taken off the count', async () => {
  const order = await placeOrder(desk, { onHand: 4, quantity: 2 });
  expect(await count(order, 3)).toMatchObject({ kind: 'moved', after: 3 });
  expect(await stateOf(desk, order.orderId)).toMatchObject({ onHand: 3, reserved: 2 });
});

const whileItWaits: [string, (order: Awaited<ReturnType<typeof paidOrder>>) => Promise<unknown>][] = [
  ['ready', ({ orderId }) => markReady(desk.needs, { orderId, staffId: staff.id })],
  ['disputed', async ({ chargeId }) => desk.stripe.refunds.openDispute(chargeId, { amount: 1000 })],
  ['in review', async ({ chargeId }) => desk.stripe.refunds.warnOfFraud(chargeId)],
  ['refunded in part', async ({ paymentIntentId }) => refundAtStripe(paymentIntentId, '1000')],
];
const refundAtStripe = (intent: string, amount?: string) =>
  desk.stripe.refunds.create({ payment_intent: intent, ...(amount && { amount }) });
test.each(whileItWaits)('a paid order that is %s has its goods on the shelf', async (_how, happens) => {
  const order = await paidOrder(desk, { onHand: 4, quantity: 2 });
  await happens(order);
  await desk.work();
  expect(await count(order, 4)).toEqual({ kind: 'unchanged' });
});

test('goods of a refunded order are the shop’s again, and counted as such', async () => {
  const order = await paidOrder(desk, { onHand: 4, quantity: 2 });
  refundAtStripe(order.paymentIntentId);
  await desk.work();
  expect(await count(order, 3)).toMatchObject({ kind: 'moved', before: 4, after: 3 });
});

test('goods that wait at another place are not taken off this one', async () => {
  const order = await paidOrder(desk, { onHand: 4, quantity: 2 });
  const elsewhere = await desk.db.location.create({
    data: { code: `at-${order.orderNumber}`, name: 'Abymes', address: '', hours: '' },
  });
  expect(await count({ ...order, location: elsewhere }, 4)).toMatchObject({ kind: 'moved', before: 0, after: 4 });
});

test('fewer than are paid and wait is not taken for a count: it names the orders, and nothing changes', async () => {
  const paid = await paidOrder(desk, { onHand: 5, quantity: 2 });
  expect(await count(paid, 1)).toEqual({
    ...{ kind: 'below_paid', paidWaiting: 2, reserved: 0, free: 3 },
    orderNumbers: [paid.orderNumber],
  });
  expect(await onHand(paid)).toBe(3);
});

test('who counted before goods left is asked to count again', async () => {
  const order = await paidOrder(desk, { onHand: 4, quantity: 2 });
  const seen = await piecesOf(order);
  await handOver(order);
  expect(await count(order, 5, seen)).toEqual({ kind: 'shelf_changed', pieces: 2 });
  // Even where the count is what the books say by now: the goods that left were in it.
  expect(await count(order, 2, seen)).toEqual({ kind: 'shelf_changed', pieces: 2 });
  expect(await count(order, 3, await piecesOf(order))).toMatchObject({ kind: 'moved', after: 3 });
});

/** Counts what lies there again and again until `work` is done; answers what became of the counts. */
async function countWhile(order: Placed, work: Promise<unknown>, { isFormOld = false } = {}): Promise<Set<string>> {
  const kinds = new Set<string>();
  const seen = await piecesOf(order);
  let isDone = false;
  const counting = async () => {
    while (!isDone) kinds.add((await count(order, 4, isFormOld ? seen : await piecesOf(order))).kind);
  };
  await Promise.all([counting(), counting(), work.finally(() => (isDone = true))]);
  return kinds;
}

test('a count finds nothing amiss before, while and after a payment takes the goods', async () => {
  for (let round = 0; round < 6; round++) {
    const order = await placeOrder(desk, { onHand: 4, quantity: 2 });
    desk.stripe.checkout.pay(order.sessionId);
    expect(await countWhile(order, desk.work())).toEqual(new Set(['unchanged']));
    expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'confirmed', onHand: 2, reserved: 0 });
  }
});

test('nor when a refund gives them back', async () => {
  for (let round = 0; round < 6; round++) {
    const order = await paidOrder(desk, { onHand: 4, quantity: 2 });
    refundAtStripe(order.paymentIntentId);
    expect(await countWhile(order, desk.work())).toEqual(new Set(['unchanged']));
    expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'refunded', onHand: 4 });
  }
});

test('of a count and a handover at once either is first: what was handed over is never counted as left', async () => {
  for (let round = 0; round < 6; round++) {
    const order = await paidOrder(desk, { onHand: 4, quantity: 2 });
    const [counted] = await Promise.all([count(order, 5, 4), handOver(order)]);
    expect(await onHand(order)).toBe(counted.kind === 'moved' ? 3 : 2);
    const other = await paidOrder(desk, { onHand: 4, quantity: 2 });
    const kinds = await countWhile(other, handOver(other), { isFormOld: true });
    expect(['unchanged', 'shelf_changed']).toEqual(expect.arrayContaining([...kinds]));
    expect(await onHand(other)).toBe(2);
  }
});

const headers = { cookie: SESSION_COOKIE, 'accept-language': 'fr' };
/** What the page says of the order's shelf, and its form there. */
async function page({ product, location }: Placed, form?: Record<string, string>) {
  const path = `/staff/catalogue/${product.id}`;
  const post = form && { method: 'POST', body: new URLSearchParams(form) };
  const html = await (await web.fetch(form ? `${path}/stock` : path, { headers, ...post })).text();
  const shelf = html.split('<details class="fold">').find((part) => part.includes(location.id)) ?? '';
  const hidden = [...(shelf.split('</form>')[0] ?? '').matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return {
    shelf,
    fields: Object.fromEntries(hidden.map(([, name, value]) => [name, value])) as Record<string, string>,
    notice: /class="notice[^>]*>([^<]*)/.exec(html)?.[1],
    history: /<ul class="ledger">.*?<\/li>/s.exec(html)?.[0],
  };
}

test('the page says how many of them are paid, what a count came to, and why one was not taken', async () => {
  const order = await paidOrder(desk, { onHand: 5, quantity: 2 });
  const { shelf, fields } = await page(order);
  expect(shelf).toContain('En rayon 5, dont 2 payés, à remettre · À vendre 3');
  expect(shelf).toContain('avec les 2 payés qui attendent d’être remis');
  const form = { ...fields, cause: 'count', reason: 'Inventaire' };
  const short = await page(order, { ...form, quantity: '1' });
  expect(short.notice).toContain(`2 payés attendent d’être remis (${order.orderNumber}). Recomptez`);
  expect(short.notice).toContain('retirez 3 comme perdus');
  const good = await page(order, { ...form, quantity: '4' });
  expect(good.notice).toBe('Le stock est corrigé. 4 comptés, dont 2 payés, à remettre : il en reste 2.');
  expect(good.history).toContain('4 comptés, dont 2 payés, à remettre : il en reste 2 · Inventaire');
  // The form as it was before: a colleague's count is not overwritten by an older one.
  const late = await page(order, { ...form, key: randomUUID(), quantity: '6' });
  expect(late.notice).toContain('Il devrait y en avoir 4 : recomptez.');
  expect(await onHand(order)).toBe(2);
});
