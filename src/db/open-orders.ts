import { OPEN_ORDER_STATUSES } from '../domain/order.ts';
import { Prisma } from '../generated/prisma/client.ts';

/** Of an order `o`: it is not over, or is disputed or in review; whose it is, is not forgotten while it is so. */
export const ORDER_IS_OPEN = Prisma.sql`(o.status::text = ANY(${OPEN_ORDER_STATUSES}::text[])
  OR o.disputed_at IS NOT NULL OR o.review_reason IS NOT NULL)`;
