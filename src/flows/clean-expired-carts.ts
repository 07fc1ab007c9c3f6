import { abandonCartsUntouchedSince } from '../db/cart-expiry.ts';
import type { Db } from '../db/client.ts';
import type { Clock } from '../ports.ts';
import type { SweepResult } from './sweep.ts';

const CART_LIFETIME_DAYS = 7;

/** Puts away carts nobody touched for a week. Carts reserve nothing, so nothing is released. */
export async function cleanExpiredCarts(needs: { db: Db; clock: Clock }): Promise<SweepResult> {
  const before = new Date(needs.clock.now().getTime() - CART_LIFETIME_DAYS * 24 * 3600_000);
  return { processed: await abandonCartsUntouchedSince(needs.db, before) };
}
