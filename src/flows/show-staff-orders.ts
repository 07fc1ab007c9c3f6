import type { Db } from '../db/client.ts';
import { COUNTED_TO, listOrders, type OrderFilter, type OrderPage, type OrderPlace } from '../db/order-list.ts';
import { type OrderDetail, type OrderRow, orderDetail } from '../db/staff-orders.ts';

export type { OrderDetail, OrderFilter, OrderPage, OrderPlace, OrderRow };
export { COUNTED_TO };
/** Where in the list: from its top, or beside a page that was shown. */
export type OrderWish = { filter: OrderFilter; older?: OrderPlace; newer?: OrderPlace };
export type TimelineEntry = OrderDetail['timeline'][number];
export type OrderPayment = OrderDetail['money']['payments'][number];

/** Orders on one page: what a thumb can scroll. */
const PAGE_ORDERS = 50;

export function showStaffOrders(
  { db, timezone }: { db: Db; timezone: string },
  { filter, ...place }: OrderWish,
): Promise<OrderPage> {
  return listOrders(db, filter, { timezone, limit: PAGE_ORDERS, ...place });
}

export function showStaffOrder(needs: { db: Db }, orderId: string): Promise<OrderDetail | undefined> {
  return orderDetail(needs.db, orderId);
}
