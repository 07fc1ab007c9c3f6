import { lastBought, usualSize } from '../db/customers.ts';
import { clip } from '../domain/storable.ts';
import type { Turn } from './turn.ts';

const LAST_ORDER_CHARS = 200;

/** What the rules offer a returning customer, for the model: the size they usually take, and what they took last if it is all still sold. */
export async function boughtBefore({ needs: { db }, customerId }: Turn) {
  const [size, last] = await Promise.all([usualSize(db, customerId), lastBought(db, customerId)]);
  const items = last?.lines.map(({ label, quantity }) => `${quantity} × ${label}`).join(', ');
  if (!size && !items) return null;
  return { usual_size: size ?? null, last_order: clip(items ?? '', LAST_ORDER_CHARS) };
}
