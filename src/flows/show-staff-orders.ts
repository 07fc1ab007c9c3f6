import type { Db } from '../db/client.ts';
import { listOrders, type OrderDetail, type OrderRow, orderDetail } from '../db/staff-orders.ts';
import type { OrderStatus } from '../domain/order.ts';

export type { OrderDetail, OrderRow };

export function showStaffOrders(
  needs: { db: Db },
  filter: { status?: OrderStatus; query?: string; limit: number },
): Promise<OrderRow[]> {
  return listOrders(needs.db, filter);
}

export function showStaffOrder(needs: { db: Db }, orderId: string): Promise<OrderDetail | undefined> {
  return orderDetail(needs.db, orderId);
}
