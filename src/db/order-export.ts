import type { OrderStatus } from '../domain/order.ts';
import { maskPhone } from '../domain/phone.ts';
import type { Db } from './client.ts';

/** An order as accounts are kept of it; amounts in minor units of `currency`. */
export type ExportedOrder = {
  number: string;
  createdAt: Date;
  paidAt: Date | null;
  status: OrderStatus;
  customerName: string | null;
  /** domain/phone.ts maskPhone */
  maskedPhone: string | null;
  locationName: string;
  items: { sku: string; label: string; quantity: number }[];
  currency: string;
  totalMinor: number;
  receivedMinor: number;
  /** What has really gone back. */
  refundedMinor: number;
};

type Row = Omit<ExportedOrder, 'maskedPhone'> & { phone: string | null };

/** These orders, in this order. */
export async function exportedOrders(db: Db, ids: readonly string[]): Promise<ExportedOrder[]> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT o.number, o.created_at AS "createdAt", o.confirmed_at AS "paidAt", o.status::text,
      coalesce(c.first_name, c.profile_name) AS "customerName", c.phone, l.name AS "locationName", o.currency,
      o.total_minor AS "totalMinor", paid.received::int AS "receivedMinor", paid.refunded::int AS "refundedMinor",
      (SELECT json_agg(json_build_object('sku', i.sku, 'label', i.label, 'quantity', i.quantity) ORDER BY i.position)
        FROM order_items i WHERE i.order_id = o.id) AS items
    FROM unnest(${ids}::uuid[]) WITH ORDINALITY wanted(id, nth)
    JOIN orders o ON o.id = wanted.id JOIN customers c ON c.id = o.customer_id JOIN locations l ON l.id = o.location_id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(p.amount_minor), 0) AS received, coalesce(sum((
        SELECT sum(r.amount_minor) FROM refunds r WHERE r.payment_id = p.id AND r.status = 'succeeded')), 0) AS refunded
      FROM payment_attempts a JOIN payments p ON p.attempt_id = a.id WHERE a.order_id = o.id) paid
    ORDER BY wanted.nth`;
  return rows.map(({ phone, ...order }) => ({
    ...order,
    items: order.items ?? [],
    maskedPhone: phone && maskPhone(phone),
  }));
}
