import type { Db } from './client.ts';

export async function abandonCartsUntouchedSince(db: Db, before: Date): Promise<number> {
  const { count } = await db.cart.updateMany({
    where: { status: 'open', updatedAt: { lt: before } },
    data: { status: 'abandoned' },
  });
  return count;
}
