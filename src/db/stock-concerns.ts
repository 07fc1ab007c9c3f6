import { SELLS_DAYS } from '../domain/concern.ts';
import { Prisma } from '../generated/prisma/client.ts';

const sql = Prisma.sql;
const soldLately = sql`m.stock_level_id = s.id AND m.kind = 'consumed'
  AND m.created_at >= now() - ${SELLS_DAYS}::int * interval '1 day'`;

/** What sells and runs out. */
export const stockSource = {
  stock_low: {
    from: sql`stock_levels s JOIN products p ON p.id = s.product_id AND p.active AND p.stocked
        JOIN locations l ON l.id = s.location_id AND l.active
      WHERE s.low_since IS NOT NULL AND EXISTS (SELECT 1 FROM stock_movements m WHERE ${soldLately})`,
    id: sql`s.id`,
    since: sql`s.low_since`,
    facts: sql`json_build_object('productId', p.id, 'label', p.label, 'place', l.name, 'left', s.on_hand - s.reserved,
      'sold', (SELECT -sum(m.on_hand_delta) FROM stock_movements m WHERE ${soldLately}))`,
    // Of what sells, what there is nothing left of, and for the longest.
    first: sql`s.on_hand - s.reserved > 0, s.low_since`,
  },
};
