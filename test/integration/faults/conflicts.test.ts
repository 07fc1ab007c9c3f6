import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { moveStock } from '../../../src/db/stock-deeds.ts';
import { transact } from '../../../src/db/transact.ts';
import { ledgerDifferences, type MoneyDesk, openMoneyDesk, placeOrder } from '../../support/money-desk.ts';

// Fault 3: two transactions that cannot both go on (docs/payments.md). One of them is run again.

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterAll(async () => {
  expect(await ledgerDifferences(desk)).toEqual([]);
  await desk.close();
});

/** Whoever arrives waits until so many have; who comes later passes. */
function meetingOf(people: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let arrived = 0;
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (++arrived >= people) for (const go of waiting.splice(0)) go();
    });
}

test('fault 3: of two transactions that deadlock the loser is run again, and both are done', async () => {
  const [first, second] = [await placeOrder(desk), await placeOrder(desk)];
  const bothHoldOne = meetingOf(2);
  let tries = 0;
  const lockBoth = (one: string, other: string) =>
    transact(desk.db, async (tx) => {
      tries++;
      await tx.$executeRaw`SELECT 1 FROM orders WHERE id = ${one}::uuid FOR UPDATE`;
      await bothHoldOne();
      await tx.$executeRaw`SELECT 1 FROM orders WHERE id = ${other}::uuid FOR UPDATE`;
      return 'done';
    });
  const { orderId: one } = first;
  const { orderId: other } = second;
  await expect(Promise.all([lockBoth(one, other), lockBoth(other, one)])).resolves.toEqual(['done', 'done']);
  expect(tries).toBe(3);
});

test('fault 3: so is the loser of a deadlock at the commit, where a product’s shelf is noted', async () => {
  const [one, other] = [await placeOrder(desk, { onHand: 3 }), await placeOrder(desk, { onHand: 3 })];
  const bothHoldOne = meetingOf(2);
  let tries = 0;
  const receiveOfOneAndHold = (mine: typeof one, theirs: typeof one) =>
    transact(desk.db, async (tx) => {
      tries++;
      const deed = { cause: 'receive', quantity: 1, reason: '', actor: 'system', at: desk.clock.now() } as const;
      const level = { productId: mine.product.id, locationId: mine.location.id };
      await moveStock(tx, { ...deed, ...level, requestKey: mine.product.id });
      await tx.$executeRaw`SELECT 1 FROM products WHERE id = ${theirs.product.id}::uuid FOR UPDATE`;
      await bothHoldOne();
      return 'done';
    });
  const both = [receiveOfOneAndHold(one, other), receiveOfOneAndHold(other, one)];
  await expect(Promise.all(both)).resolves.toEqual(['done', 'done']);
  expect(tries).toBe(3);
});
