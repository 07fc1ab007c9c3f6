import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { OrderFilter, OrderPlace } from '../../src/db/order-list.ts';
import { listOrders } from '../../src/db/order-list.ts';
import { exportOrders } from '../../src/flows/export-orders.ts';
import { showPickList, showSlip } from '../../src/flows/show-pick-list.ts';
import { showStaffOrder, showStaffOrders } from '../../src/flows/show-staff-orders.ts';
import type { StaffAccounts } from '../../src/ports.ts';
import { addStaff, type MoneyDesk, openMoneyDesk, paidOrder, placeOrder } from '../support/money-desk.ts';
import { managerAccounts, SESSION_COOKIE, stubAccounts } from '../support/stub-accounts.ts';
import { type Web, withWeb } from '../support/web.ts';

// The shop of web.ts is in Guadeloupe, four hours behind UTC.
const timezone = 'America/Guadeloupe';
const EVIL = '=HYPERLINK("http://evil.example")';

let desk: MoneyDesk;
let unpaid: Awaited<ReturnType<typeof placeOrder>>;
let paid: Awaited<ReturnType<typeof paidOrder>>;
let disputed: Awaited<ReturnType<typeof paidOrder>>;

beforeAll(async () => {
  desk = await openMoneyDesk();
  await addStaff(desk, { id: 'staff-1', name: 'Léa' });
  unpaid = await placeOrder(desk);
  paid = await paidOrder(desk, { quantity: 3 });
  disputed = await paidOrder(desk);
  const { db } = desk;
  await db.order.update({ where: { id: disputed.orderId }, data: { disputedAt: new Date() } });
  await db.customer.update({ where: { id: unpaid.customerId }, data: { firstName: null, profileName: EVIL } });
  const phone = '+590690123456';
  await db.customer.update({ where: { id: paid.customerId }, data: { firstName: 'Élodie', phone } });
  const level = { productId: paid.product.id, locationId: paid.location.id };
  await db.stockLevel.update({ where: { locationId_productId: level }, data: { slot: 'B2' } });
  // Half past ten in the evening of the 20th where the shop is, the 21st by UTC.
  await db.order.update({ where: { id: unpaid.orderId }, data: { createdAt: new Date('2026-11-21T02:30:00Z') } });
  await db.order.update({ where: { id: paid.orderId }, data: { createdAt: new Date('2026-11-21T12:00:00Z') } });
  await db.order.update({ where: { id: disputed.orderId }, data: { createdAt: new Date('2026-11-21T12:00:00Z') } });
});
afterAll(() => desk.close());

const list = (filter: OrderFilter, more: { limit?: number; older?: OrderPlace; newer?: OrderPlace } = {}) =>
  listOrders(desk.db, filter, { timezone, limit: 50, ...more });
const found = async (filter: OrderFilter) => (await list(filter)).orders.map(({ number }) => number).sort();
const all = () => [unpaid, paid, disputed].map(({ orderNumber }) => orderNumber).sort();

const webOf = (accounts: StaffAccounts, use: (web: Web) => Promise<void>) => {
  const needs = { ...desk.needs, timezone, clock: { now: () => new Date('2026-11-21T18:00:00Z') } };
  return withWeb(
    {
      accounts,
      clock: needs.clock,
      listOrders: (wish) => showStaffOrders(needs, wish),
      showOrder: (orderId) => showStaffOrder(needs, orderId),
      exportOrders: (wish) => exportOrders(needs, wish),
      showPickList: (filter) => showPickList(needs, filter),
      showSlip: (orderId) => showSlip(needs, orderId),
    },
    use,
  );
};
const headers = { cookie: SESSION_COOKIE };
const pageOf = async (web: Web, path: string) => (await web.fetch(path, { headers })).text();

test('every order is in one group, a disputed one among the problems, and each group is counted', async () => {
  expect(await found({ group: 'to_pay' })).toEqual([unpaid.orderNumber]);
  expect(await found({ group: 'to_prepare' })).toEqual([paid.orderNumber]);
  expect(await found({ group: 'problems' })).toEqual([disputed.orderNumber]);
  const none = { ready: 0, collected: 0, ended: 0 };
  expect((await list({})).counts).toEqual({ ...none, to_pay: 1, to_prepare: 1, problems: 1 });
});

test('a day begins and ends where the shop is', async () => {
  expect(await found({ firstDay: '2026-11-20', lastDay: '2026-11-20' })).toEqual([unpaid.orderNumber]);
  expect(await found({ firstDay: '2026-11-21' })).toEqual([paid.orderNumber, disputed.orderNumber].sort());
  await webOf(stubAccounts, async (web) => {
    expect(await pageOf(web, '/staff?period=yesterday')).toContain(unpaid.orderNumber);
    expect(await pageOf(web, '/staff?period=today')).not.toContain(unpaid.orderNumber);
    expect(await pageOf(web, '/staff?from=2026-11-20&to=2026-11-20&period=today')).toContain(unpaid.orderNumber);
  });
});

test('orders are found by number, name without accents, last digits, SKU and product, within the rest of the filter', async () => {
  const digits = paid.orderNumber.slice(2);
  for (const query of [paid.orderNumber.toLowerCase(), 'elodie', 'ÉLO', '3456', '0690 12 34 56']) {
    expect(await found({ query })).toEqual([paid.orderNumber]);
  }
  expect(await found({ query: digits })).toContain(paid.orderNumber);
  expect(await found({ query: paid.product.sku })).toEqual([paid.orderNumber]);
  const [brand = ''] = paid.product.label.split(' ');
  expect(await found({ query: brand })).toEqual(all());
  expect(await found({ query: brand, group: 'to_pay' })).toEqual([unpaid.orderNumber]);
  for (const query of ['%', '_', '\\', 'elodie nobody']) expect(await found({ query })).toEqual([]);
});

test('pages follow each other in both directions without losing orders of the same moment', async () => {
  const newestFirst = (await list({})).orders.map(({ number }) => number);
  const seen: string[] = [];
  let page = await list({}, { limit: 1 });
  expect(page.newer).toBeNull();
  for (;;) {
    seen.push(...page.orders.map(({ number }) => number));
    if (!page.older) break;
    page = await list({}, { limit: 1, older: page.older });
  }
  expect(seen).toEqual(newestFirst);
  const back = [page.orders[0]?.number];
  while (page.newer) {
    page = await list({}, { limit: 1, newer: page.newer });
    back.push(page.orders[0]?.number);
  }
  expect(back.reverse()).toEqual(newestFirst);
});

test('a search for something common finds the same by walking through the newest', async () => {
  await desk.db.$executeRaw`
    INSERT INTO orders (number, customer_id, location_id, status, total_minor, currency, locale, expires_at, created_at)
    SELECT 'X-' || n, ${paid.customerId}::uuid, ${paid.location.id}::uuid, 'expired', 1, 'EUR', 'fr', now(),
      '2026-01-01'::timestamptz + n * interval '1 second' FROM generate_series(1, 2001) n`;
  try {
    const page = await list({ query: 'elodie' }, { limit: 2 });
    expect(page.orders.map(({ number }) => number)).toEqual([paid.orderNumber, 'X-2001']);
    expect(page.counts).toBeNull();
    expect(await found({ query: 'elodie', group: 'to_prepare' })).toEqual([paid.orderNumber]);
    const { counts } = await list({ group: 'ended' });
    expect(counts?.ended).toBe(1001);
    await webOf(stubAccounts, async (web) => {
      expect(await pageOf(web, '/staff?group=ended')).toMatch(/1\s000\+ commandes/);
      const part = await pageOf(web, '/staff?group=ended&part=live');
      expect(part).toMatch(/^<section id="live"/);
      const next = /rel="next" href="([^"]+)"/.exec(part)?.[1]?.replaceAll('&amp;', '&') ?? '';
      expect(next).toContain('group=ended');
      expect(await pageOf(web, next)).toContain('X-1951');
    });
  } finally {
    await desk.db.order.deleteMany({ where: { number: { startsWith: 'X-' } } });
  }
});

test('the pick list sums what the paid orders need by slot, and leaves out what may not leave', async () => {
  await webOf(stubAccounts, async (web) => {
    const page = await pageOf(web, '/staff/pick-list?period=today');
    expect(page).toContain('B2');
    expect(page).toContain(`${paid.orderNumber} (3)`);
    for (const { orderNumber } of [unpaid, disputed]) expect(page).not.toContain(orderNumber);
    expect(await pageOf(web, '/staff/pick-list?period=yesterday')).toContain('Rien à préparer');
    expect(await pageOf(web, '/staff/pick-list?slips=1')).toContain(`<h2 class="loud">${paid.orderNumber}</h2>`);
    expect(await pageOf(web, `/staff/orders/${paid.orderId}/slip`)).toContain('B2');
    expect((await web.fetch('/staff/orders/nonsense/slip', { headers })).status).toBe(404);
  });
});

test('an order’s page shows its payment links and its messages with how far they got', async () => {
  await desk.db.outboundMessage.updateMany({
    where: { orderId: paid.orderId, businessKey: { startsWith: 'thank-you:' } },
    data: { status: 'failed', errorCode: 63003 },
  });
  await webOf(stubAccounts, async (web) => {
    const page = await pageOf(web, `/staff/orders/${paid.orderId}`);
    for (const words of ['Liens de paiement', 'Payé', 'Messages au client', 'pas sur WhatsApp']) {
      expect(page).toContain(words);
    }
  });
});

test('managers take the orders out as CSV that opens as it should, and it is on record without what was searched', async () => {
  await webOf(stubAccounts, async (web) => {
    expect((await web.fetch('/staff/orders.csv', { headers })).status).toBe(403);
  });
  expect(await desk.db.auditEntry.count({ where: { action: 'orders.exported' } })).toBe(0);
  await webOf(managerAccounts, async (web) => {
    const response = await web.fetch('/staff/orders.csv', { headers });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = bytes.toString().trim().split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('total_minor;total;received_minor;received');
    const line = lines.find((each) => each.startsWith(paid.orderNumber)) ?? '';
    const { totalMinor } = await desk.db.order.findUniqueOrThrow({ where: { id: paid.orderId } });
    const total = `${totalMinor};${(totalMinor / 100).toFixed(2).replace('.', ',')}`;
    expect(line).toContain(`;2026-11-21 08:00;`.slice(1));
    expect(line).toContain(`;EUR;${total};${total};0;0,00`);
    expect(lines.find((each) => each.startsWith(unpaid.orderNumber))).toContain(`"'=HYPERLINK(""http`);
    const english = await web.fetch('/staff/orders.csv?group=to_prepare&q=elodie', {
      headers: { ...headers, 'accept-language': 'en' },
    });
    expect((await english.text()).split('\r\n')[1]).toContain(`EUR,${totalMinor},${(totalMinor / 100).toFixed(2)},`);
  });
  const [, entry] = await desk.db.auditEntry.findMany({
    where: { action: 'orders.exported' },
    orderBy: { seq: 'asc' },
  });
  expect(entry).toMatchObject({ actor: 'staff:staff-1', subject: 'orders' });
  expect(entry?.details).toEqual({ group: 'to_prepare', searched: true });
});
