import { readFileSync } from 'node:fs';
import path from 'node:path';
import { enqueueMessage } from '../../src/db/outbox.ts';
import { CATALOGUE_COLUMNS } from '../../src/domain/catalogue-line.ts';
import { derivePickupToken } from '../../src/domain/pickup.ts';
import { addStaff } from '../../src/flows/add-staff.ts';
import { countNumbers } from '../../src/flows/count-numbers.ts';
import { pictureProduct } from '../../src/flows/edit-product.ts';
import { startImport, workOnImport } from '../../src/flows/import-in-browser.ts';
import { staffAt } from './browserless-staff.ts';
import { buildShop } from './catalogue-builder.ts';
import { managerAt, mismatchedOrder } from './manager.ts';
import { type MoneyDesk, openMoneyDesk, paidOrder, placeOrder } from './money-desk.ts';
import { STAFF } from './running-shop.ts';
import { openWebProcess, type WebProcess } from './web-process.ts';

const MANAGER = { email: 'manager@shop.example', password: STAFF.password, name: 'Rose' };
type Manager = ReturnType<typeof staffAt>;

/** Sends a form of a page as the browser would; the page must have agreed. */
async function submit(manager: Manager, page: string, action: string, fields: Record<string, string> = {}) {
  const hidden = manager.hiddenFields((await manager.request(page)).body);
  const answer = await manager.request(action, { ...hidden, ...fields });
  if (answer.status >= 400) throw new Error(`${action} answered ${answer.status}: ${answer.body.slice(-600)}`);
  return answer;
}

const FIRST_NAMES = ['Camille', 'Inès', 'Marc', 'Léa', 'Jean', 'Aya', 'Élodie', 'Luc', 'Zoé', 'Tom', 'Mia'];

/** An order in every state there is, with what people did to them. */
async function placeOrders(desk: MoneyDesk, manager: Manager) {
  const toPay = await placeOrder(desk);
  const toPrepare = await paidOrder(desk, { label: 'Bridgestone Turanza 6 205/55 R16', quantity: 2 });
  const collected = await paidOrder(desk);
  await managerAt(desk).handsOver(collected.orderId);
  const disputed = await paidOrder(desk);
  desk.stripe.refunds.openDispute(disputed.chargeId);
  desk.stripe.checkout.expire((await placeOrder(desk)).sessionId);
  const inReview = await mismatchedOrder(desk);
  const [ready, cancelled, refunded] = [await paidOrder(desk), await placeOrder(desk), await paidOrder(desk)];
  const does = (order: { orderId: string }, deed: string, fields?: Record<string, string>) =>
    submit(manager, `/staff/orders/${order.orderId}`, `/staff/orders/${order.orderId}/${deed}`, fields);
  await does(ready, 'ready');
  await does(ready, 'note', { note: 'Passe samedi avec la remorque.' });
  await does(cancelled, 'cancel');
  const refund = { reason: 'out_of_stock', restock: '' };
  await does(toPrepare, 'refund', { ...refund, amount: '90,00' });
  await does(refunded, 'refund', { ...refund, amount: '' });
  await desk.work();
  desk.stripe.faults.add({ method: 'GET', path: /checkout\/sessions\//, kind: 'status', status: 400 });
  const unsettled = await placeOrder(desk);
  desk.stripe.checkout.pay(unsettled.sessionId);
  await desk.work();
  const placed = await desk.db.order.findMany({ orderBy: { number: 'asc' } });
  for (const [at, { customerId: id }] of placed.entries()) {
    await desk.db.customer.update({ where: { id }, data: { firstName: FIRST_NAMES[at % FIRST_NAMES.length] ?? null } });
  }
  const pickup = await desk.db.pickup.findUniqueOrThrow({ where: { orderId: ready.orderId } });
  const pickupToken = derivePickupToken(desk.needs.sessionSecret, pickup.id);
  return { toPay, toPrepare, collected, disputed, inReview, ready, cancelled, refunded, pickupToken };
}

/** One conversation a person has, with an order they did not like, one that waits for one, one whose window is closed. */
async function talk(desk: MoneyDesk, web: WebProcess, manager: Manager, ratedOrderId: string) {
  const numbers = ['0690 00 01 01', '0690 00 01 02', '0690 00 01 03'].map(
    (n) => `whatsapp:+59${n.replaceAll(' ', '')}`,
  );
  const [taken = '', waiting = '', closed = ''] = numbers;
  for (const from of numbers) await web.customerWrites(from, 'Bonjour, vous avez des 205/55 R16 ?');
  await web.customerWrites(taken, '', { NumMedia: '1', MediaContentType0: 'image/jpeg' });
  const idOf = async (channelAddress: string) =>
    (await desk.db.conversation.findFirstOrThrow({ where: { customer: { channelAddress } } })).id;
  const { customerId, id } = await desk.db.conversation.findUniqueOrThrow({ where: { id: await idOf(taken) } });
  const buttons = [{ id: 'human', title: 'Parler à quelqu’un' }];
  const content = { body: 'Oui, quatre Michelin Primacy à 119,90 €.', buttons };
  await enqueueMessage(desk.db, { businessKey: `turn:${id}:1`, customerId, content, at: desk.clock.now() });
  await desk.db.conversationTurn.create({
    data: {
      ...{ conversationId: id, answeredBy: 'model', model: 'gpt-test', inputTokens: 900, outputTokens: 80 },
      toolCalls: [{ name: 'search_products', arguments: '{"words":"205/55 R16"}', result: 'Michelin Primacy 4+' }],
      ...{ costMicroUsd: 1200, modelMs: 800, startedAt: desk.clock.now(), finishedAt: desk.clock.now() },
    },
  });
  const page = `/staff/conversations/${id}`;
  await submit(manager, page, `${page}/take-over`);
  await submit(manager, page, `${page}/answer`, { text: 'Je vous les mets de côté.' });
  const inbound = await desk.db.inboundMessage.findFirstOrThrow({ where: { conversationId: id } });
  await desk.db.orderRating.create({
    data: { orderId: ratedOrderId, rating: 'bad', inboundMessageId: inbound.id, ratedAt: desk.clock.now() },
  });
  const longAgo = new Date(desk.clock.now().getTime() - 30 * 3_600_000);
  await desk.db.conversation.update({
    where: { id: await idOf(waiting) },
    data: { humanSince: desk.clock.now(), humanBy: null },
  });
  await desk.db.customer.update({ where: { channelAddress: closed }, data: { lastInboundAt: longAgo } });
  return { takenId: id, waitingId: await idOf(waiting), closedId: await idOf(closed) };
}

/** A catalogue with a picture, gaps on the shelves, a finished import and one that waits for a yes. */
async function fillCatalogue({ db, clock }: MoneyDesk, staffId: string) {
  const products = await buildShop(db);
  const picture = path.resolve(import.meta.dirname, '../../src/http/public/catalogue/pneu-ete.png');
  const bytes = Uint8Array.from(readFileSync(picture));
  await pictureProduct({ db, clock }, { productId: products.primacy, bytes, staffId });
  const slot = { slot: 'A3' };
  await db.stockLevel.updateMany({ where: { productId: products.primacy, location: { code: 'jarry' } }, data: slot });
  const needs = { db, clock, shop: { name: 'Test', address: '1 rue', hours: '8-18' } };
  const line = (sku: string, label: string, rest: string) => `${sku},Acme,M,${label},,outils,{},${rest}`;
  const lines = [line('I-1', 'Cric', '8990,EUR,5,jarry,'), line('I-2', 'Clé', '89.90,EUR,5,nowhere,'), 'BAD'];
  const file = new TextEncoder().encode([CATALOGUE_COLUMNS.join(','), ...lines].join('\n'));
  const started = await startImport(needs, { fileName: 'outils.csv', bytes: Uint8Array.from(file), staffId });
  if (started.kind !== 'started') throw new Error('an import stands in the way');
  await workOnImport(needs);
  return { productId: products.primacy, importId: started.importId };
}

/**
 * A shop that has been open for a while, on the real flows and the real app: something to see on every page. Its web is in
 * this process; `manager` and `staff` are logged in without a browser.
 */
export async function openLivedInShop({ env = {} }: { env?: Record<string, string> } = {}) {
  const desk = await openMoneyDesk();
  const stripeAt = { STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_API_BASE_URL: desk.sandbox.stripeBaseUrl };
  const web = await openWebProcess(desk.database, undefined, { ...stripeAt, ...env });
  await addStaff(web, { ...MANAGER, role: 'manager' });
  await addStaff(web, { ...STAFF, role: 'staff' });
  const [manager, staff] = [staffAt(web.publicUrl), staffAt(web.publicUrl)];
  await manager.logIn('/staff', MANAGER);
  await staff.logIn();
  const { id: managerId } = await desk.db.staffMember.findUniqueOrThrow({ where: { email: MANAGER.email } });
  const orders = await placeOrders(desk, manager);
  const talks = await talk(desk, web, manager, orders.toPrepare.orderId);
  const catalogue = await fillCatalogue(desk, managerId);
  const invited = await submit(manager, '/staff/team', '/staff/team/invite', {
    ...{ name: 'Ana', email: 'ana@shop.example', role: 'staff', password: MANAGER.password },
  });
  const inviteToken = /\/staff\/link\/([\w-]+)/.exec(invited.body)?.[1] ?? '';
  await countNumbers({ db: desk.db, clock: desk.clock, timezone: web.configured.shop.timezone });
  const event = await desk.db.paymentEvent.findFirstOrThrow({ where: { outcome: 'failed' } });
  return {
    ...{ desk, web, db: desk.db, manager, staff, publicUrl: web.publicUrl, managerAccount: MANAGER },
    ...{ orders, talks, catalogue, inviteToken, eventId: event.id, password: STAFF.password },
    async close() {
      await web.close();
      await desk.close();
    },
  };
}
export type LivedInShop = Awaited<ReturnType<typeof openLivedInShop>>;
