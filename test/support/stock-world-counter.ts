import { randomUUID } from 'node:crypto';
import { shelvesOf } from '../../src/db/paid-waiting.ts';
import { piecesOn } from '../../src/domain/stock-deed.ts';
import { collectPickup } from '../../src/flows/confirm-pickup.ts';
import { correctStock } from '../../src/flows/correct-stock.ts';
import { addStaff, type MoneyDesk } from './money-desk.ts';

type Needs = MoneyDesk['needs'];
type Place = { locationId: string; products: readonly { id: string }[]; onHand: readonly number[] };

/** What staff do at the counter and the shelves of one place, where `onHand` pieces came in. `pick` chooses among what is there. */
export async function counterOfPlace(desk: MoneyDesk, { locationId, products, onHand }: Place) {
  const { db } = desk;
  const staff = await addStaff(desk, { id: 'lea', name: 'Léa' });

  async function handOver(needs: Needs, pick: number): Promise<void> {
    const orders = await db.order.findMany({ where: { locationId }, orderBy: { createdAt: 'asc' } });
    const order = orders[pick % Math.max(orders.length, 1)];
    if (order) await collectPickup(needs, { code: { orderNumber: order.number }, staff });
  }

  /** What came in and was not handed over, whatever the books say. */
  async function piecesThere(index: number, productId: string): Promise<number> {
    const handedOver = { productId, order: { pickup: { collectedAt: { not: null } } } };
    const gone = await db.orderItem.findMany({ where: handedOver });
    return gone.reduce((pieces, item) => pieces - item.quantity, onHand[index] as number);
  }

  /** Somebody opens a product's page, counts what lies there, and says so: the books never had it wrong. */
  async function count(needs: Needs, pick: number): Promise<void> {
    const index = pick % products.length;
    const productId = products[index]?.id as string;
    const [shelf] = await shelvesOf(db, productId);
    const quantity = await piecesThere(index, productId);
    const deed = { productId, locationId, cause: 'count' as const, quantity, piecesSeen: shelf && piecesOn(shelf) };
    const { kind } = await correctStock(needs, { ...deed, reason: '', requestKey: randomUUID(), staffId: staff.id });
    if (kind !== 'unchanged' && kind !== 'shelf_changed') throw new Error(`${quantity} pieces lie there: ${kind}`);
  }

  return { handOver, count };
}
