import type { Db } from '../db/client.ts';
import { allNumbers, countState, hasNumbers, type ProductSold, productsSold, shopNumbers } from '../db/shop-numbers.ts';
import { type Grain, type ShopNumber, startsUntil } from '../domain/numbers.ts';
import { shopDayOf } from '../domain/shop-day.ts';
import type { Clock } from '../ports.ts';

const PRODUCTS_SHOWN = 20;

type Needs = { db: Db; clock: Clock; timezone: string };
/** `day` is in the last of the days, weeks or months to show; absent or of the future: today. */
export type NumbersWish = { grain: Grain; day?: string };

/** What the shop came to by day, week or month. */
export type NumbersShown = {
  grain: Grain;
  /** The first days of what is shown, earliest first. */
  starts: string[];
  /** Whether today is among it. */
  isLatest: boolean;
  /** Null while they are counted for the first time. */
  countedAt: Date | null;
  /** Nothing ever happened. */
  isEmpty: boolean;
  numbers: ShopNumber[];
  products: ProductSold[];
  /** That are not among `products`. */
  moreProducts: number;
};

function rangeOf({ clock, timezone }: Needs, { grain, day }: NumbersWish) {
  const today = shopDayOf(clock.now(), timezone);
  const starts = startsUntil(grain, day && day < today ? day : today);
  const isLatest = starts.at(-1) === startsUntil(grain, today).at(-1);
  const [first, last] = [starts[0] as string, starts.at(-1) as string];
  return { starts, isLatest, range: { grain, first, last } };
}

/** Read from what the sweep counted last. */
export async function showNumbers(needs: Needs, wish: NumbersWish): Promise<NumbersShown> {
  const { starts, isLatest, range } = rangeOf(needs, wish);
  const [state, numbers, sold] = await Promise.all([
    countState(needs.db, wish.grain),
    shopNumbers(needs.db, range),
    productsSold(needs.db, { ...range, limit: PRODUCTS_SHOWN }),
  ]);
  const countedAt = state?.timezone === needs.timezone ? state.countedAt : null;
  const isEmpty = numbers.length === 0 && !(await hasNumbers(needs.db));
  const { products, more: moreProducts } = sold;
  return { grain: wish.grain, starts, isLatest, countedAt, isEmpty, numbers, products, moreProducts };
}

/** All of it as rows, each product of each day, week or month among them. */
export function exportNumbers(needs: Needs, wish: NumbersWish): Promise<(ShopNumber & { name: string | null })[]> {
  return allNumbers(needs.db, rangeOf(needs, wish).range);
}
