import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { confirmOrder } from '../../src/flows/confirm-order.ts';
import { ledgerDifferences, type MoneyDesk, openMoneyDesk } from '../support/money-desk.ts';
import { proposeOne } from '../support/proposed-order.ts';

// A product may lie at several locations, and in a machine each slot holds one product.

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterAll(async () => {
  expect(await ledgerDifferences(desk)).toEqual([]);
  await desk.close();
});

/** The same product at a second location. */
async function atAnotherPlace(productId: string, onHand: number, slot: string | null = null) {
  const code = `other-${productId.slice(0, 8)}`;
  const location = await desk.db.location.upsert({
    where: { code },
    create: { code, name: 'Abymes', address: 'X', hours: 'X' },
    update: {},
  });
  const movements = { create: { kind: 'received' as const, onHandDelta: onHand, reservedDelta: 0 } };
  await desk.db.stockLevel.create({ data: { productId, locationId: location.id, onHand, slot, movements } });
  return location;
}
const levels = (productId: string) =>
  desk.db.stockLevel.findMany({
    where: { productId },
    orderBy: { location: { name: 'asc' } },
    select: { onHand: true, reserved: true },
  });

test('an order takes its goods from where the customer fetches them, and from nowhere else', async () => {
  const proposed = await proposeOne(desk, { onHand: 1 });
  await atAnotherPlace(proposed.product.id, 5);
  expect(await confirmOrder(desk.needs, proposed)).toMatchObject({ kind: 'ordered' });
  expect(await levels(proposed.product.id)).toEqual([
    { onHand: 5, reserved: 0 },
    { onHand: 1, reserved: 1 },
  ]);
  // Five lie elsewhere, none here.
  expect(await confirmOrder(desk.needs, await proposed.proposeAgain())).toEqual({ kind: 'moved', reason: 'stock' });
});

test('a slot of one machine holds one product; another machine has a slot of the same name', async () => {
  const [first, second] = [await proposeOne(desk), await proposeOne(desk)];
  const place = (of: typeof first, locationId: string) => ({ productId: of.product.id, locationId, slot: 'A1' });
  await desk.db.stockLevel.updateMany({ where: { productId: first.product.id }, data: { slot: 'A1' } });
  await expect(desk.db.stockLevel.create({ data: place(second, first.location.id) })).rejects.toThrow(/slot/);
  await atAnotherPlace(second.product.id, 2, 'A1');
  expect(await desk.db.stockLevel.count({ where: { slot: 'A1' } })).toBe(2);
});
