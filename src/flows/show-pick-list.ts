import type { Db } from '../db/client.ts';
import { listOrders, type OrderFilter } from '../db/order-list.ts';
import { type OrderToPick, ordersToPick } from '../db/pick-list.ts';
import { type PickLine, sumPickList } from '../domain/pick-list.ts';

export type { OrderToPick, PickLine };
export type PickList = {
  orders: OrderToPick[];
  lines: PickLine[];
  /** True when more orders wait than one list holds. */
  isCut: boolean;
};

/** As many orders as one person fetches in a round, and then some. */
const MOST_ORDERS = 200;

/** The paid orders to prepare of a location and period, what they need in all, and from where. */
export async function showPickList(
  { db, timezone }: { db: Db; timezone: string },
  filter: Omit<OrderFilter, 'group' | 'query'>,
): Promise<PickList> {
  const page = await listOrders(db, { ...filter, group: 'to_prepare' }, { timezone, limit: MOST_ORDERS });
  const orders = await ordersToPick(
    db,
    page.orders.map(({ id }) => id),
  );
  return { orders, lines: sumPickList(orders), isCut: page.older !== null };
}

/** One order's slip; undefined for an order that is not there. */
export async function showSlip({ db }: { db: Db }, orderId: string): Promise<OrderToPick | undefined> {
  return (await ordersToPick(db, [orderId]))[0];
}
