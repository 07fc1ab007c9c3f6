import type { Db } from '../db/client.ts';
import { listOrders, type OrderDetail, type OrderFilter, type OrderRow, orderDetail } from '../db/staff-orders.ts';

export type { OrderDetail, OrderFilter, OrderRow };
export type TimelineEntry = OrderDetail['timeline'][number];
export type OrderPayment = OrderDetail['money']['payments'][number];

export function showStaffOrders(needs: { db: Db }, filter: OrderFilter): Promise<OrderRow[]> {
  return listOrders(needs.db, filter);
}

export function showStaffOrder(needs: { db: Db }, orderId: string): Promise<OrderDetail | undefined> {
  return orderDetail(needs.db, orderId);
}
