import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { importBatch } from '../../src/db/catalogue-batch.ts';
import { verifyDatabase } from '../../src/db/verify.ts';
import { confirmOrder } from '../../src/flows/confirm-order.ts';
import { type MoneyDesk, openMoneyDesk, paidOrder, placeOrder, stateOf } from '../support/money-desk.ts';

// A catalogue file's stock is what lies on the shelf, as a count is (docs/adr/0018): what is paid and waits is not sold again.

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterEach(async () => {
  expect((await verifyDatabase(desk.db)).broken).toEqual([]);
});
afterAll(() => desk.close());

type Placed = Awaited<ReturnType<typeof placeOrder>>;

/** Imports the order's product with so many pieces where it is fetched. */
function importStock({ product, location }: Placed, onHand: number) {
  const { sku, brand, model, label, description, category, priceMinor, currency } = product;
  const words = { sku, brand, model, label, description, category, attributes: {}, imageUrl: null };
  const value = { ...words, priceMinor, currency, stock: { onHand, location: location.code, slot: null } };
  return desk.db.$transaction((tx) => importBatch(tx, [{ line: 2, value }]));
}
const onHand = async ({ orderId }: Placed) => (await stateOf(desk, orderId)).onHand;

test('the file of before, again while what was sold waits for its customer, puts nothing back for sale', async () => {
  const order = await paidOrder(desk, { onHand: 4, quantity: 2 });
  expect(await importStock(order, 4)).toMatchObject({ stockChanges: 0, badLines: [] });
  expect(await onHand(order)).toBe(2);
});

test('of five pieces in a file two are paid and wait: three are on hand', async () => {
  const order = await paidOrder(desk, { onHand: 4, quantity: 2 });
  expect(await importStock(order, 5)).toMatchObject({ stockChanges: 1 });
  expect(await onHand(order)).toBe(3);
});

test.each([0, 1])('a file that says %i where two are paid is taken, and leaves none for sale', async (pieces) => {
  const order = await paidOrder(desk, { onHand: 4, quantity: 2 });
  expect(await importStock(order, pieces)).toMatchObject({ stockChanges: 1, badLines: [] });
  expect(await onHand(order)).toBe(0);
});

test('what is reserved must be there beside what is paid', async () => {
  const order = await paidOrder(desk, { onHand: 5, quantity: 2 });
  expect(await confirmOrder(desk.needs, await order.proposeAgain())).toMatchObject({ kind: 'ordered' });
  const problem = 'stock 3 is below the 4 that orders wait for, 2 of them paid';
  expect(await importStock(order, 3)).toMatchObject({ badLines: [{ problems: [problem] }] });
  expect(await importStock(order, 4)).toMatchObject({ badLines: [] });
  expect(await stateOf(desk, order.orderId)).toMatchObject({ onHand: 2, reserved: 2 });
  await desk.work();
});

test('a file read while a payment takes the goods finds them where they are', async () => {
  for (let round = 0; round < 6; round++) {
    const order = await placeOrder(desk, { onHand: 4, quantity: 2 });
    desk.stripe.checkout.pay(order.sessionId);
    let isDone = false;
    let changes = 0;
    const importing = async () => {
      while (!isDone) changes += (await importStock(order, 4)).stockChanges;
    };
    const paying = desk.work().finally(() => {
      isDone = true;
    });
    await Promise.all([importing(), importing(), paying]);
    expect(changes).toBe(0);
    expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'confirmed', onHand: 2, reserved: 0 });
  }
});
