import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Express, Request } from 'express';
import { shopDayOf } from '../../domain/shop-day.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { WebNeeds } from '../needs.ts';
import { sendFragment, sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { staffFrame } from '../staff/frame.ts';
import { requireRole } from '../staff/gate.ts';
import { ordersCsv, ordersCsvRow } from '../staff/orders-csv.ts';
import { filterOf, readOrdersView, readPlace } from '../staff/orders-view.ts';
import { orderPage } from '../staff/pages/order-page.tsx';
import { OrderList, ordersPage } from '../staff/pages/orders-page.tsx';
import { pickListPage, slipsPage } from '../staff/pages/pick-list-page.tsx';
import { requireStaff } from '../staff/session.ts';
import { noticeOfDone } from './staff-money.ts';

type Needs = Pick<
  WebNeeds,
  | 'accounts'
  | 'badge'
  | 'clock'
  | 'shop'
  | 'csrfSecret'
  | 'listOrders'
  | 'listCounters'
  | 'showOrder'
  | 'showPickList'
  | 'showSlip'
  | 'exportOrders'
>;

/** The orders as staff read, print and take them out; what they do with one is in staff-deeds.ts and staff-money.ts. */
export function addStaffOrderRoutes(app: Express, needs: Needs): void {
  const viewOf = (req: Request) => {
    const view = readOrdersView(req.query);
    return { view, filter: filterOf(view, shopDayOf(needs.clock.now(), needs.shop.timezone)) };
  };

  app.get('/staff', async (req, res) => {
    const staff = await requireStaff(needs.accounts, req, res);
    if (!staff) return;
    const frame = await staffFrame(needs, req, staff);
    const { view, filter } = viewOf(req);
    const [older, newer] = [readPlace(req.query.older), readPlace(req.query.newer)];
    const wish = { filter, ...(newer ? { newer } : older && { older }) };
    const [page, counters] = await Promise.all([needs.listOrders(wish), needs.listCounters()]);
    const facts = { frame, page, view, isFirst: !older && !newer };
    if (req.query.part === 'live') sendFragment(res, OrderList(facts));
    else sendPage(res, 200, ordersPage({ ...facts, counters }));
  });

  app.get('/staff/orders/:id', async (req, res, next) => {
    const staff = await requireStaff(needs.accounts, req, res);
    if (!staff) return;
    const order = isUuid(req.params.id) ? await needs.showOrder(req.params.id) : undefined;
    if (!order) return next();
    const frame = await staffFrame(needs, req, staff);
    const now = needs.clock.now();
    const notice = noticeOfDone(frame, order, { done: req.query.done, now });
    sendPage(res, 200, orderPage({ frame, order, requestKey: randomUUID(), now, ...(notice && { notice }) }));
  });

  app.get('/staff/orders/:id/slip', async (req, res, next) => {
    const staff = await requireStaff(needs.accounts, req, res);
    if (!staff) return;
    const order = isUuid(req.params.id) ? await needs.showSlip(req.params.id) : undefined;
    if (!order) return next();
    sendPage(res, 200, slipsPage({ frame: await staffFrame(needs, req, staff), orders: [order] }));
  });

  app.get('/staff/pick-list', async (req, res) => {
    const staff = await requireStaff(needs.accounts, req, res);
    if (!staff) return;
    const frame = await staffFrame(needs, req, staff);
    const { view, filter } = viewOf(req);
    const list = await needs.showPickList(filter);
    if (req.query.slips) sendPage(res, 200, slipsPage({ frame, orders: list.orders }));
    else sendPage(res, 200, pickListPage({ frame, list, view, now: needs.clock.now() }));
  });

  app.get('/staff/orders.csv', async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager' });
    if (!frame) return;
    const { staff } = frame;
    const { filter } = viewOf(req);
    logOf(res).info({ staffId: staff.id }, 'orders exported');
    res.set({ 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'no-store' });
    res.attachment(`${shopDayOf(needs.clock.now(), needs.shop.timezone)}-orders.csv`);
    const rows = Readable.from(needs.exportOrders({ filter, staffId: staff.id })).map(
      ordersCsvRow(frame.locale, needs.shop.timezone),
    );
    await pipeline(rows, ordersCsv(frame.locale), res);
  });
}
