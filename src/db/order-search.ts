import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';

/** Beyond so many, a search is for something common: the newest orders soon hold a page of it. */
const RARE_ORDERS = 2_000;
/** So many customers or products are named to PostgreSQL one by one; of more it looks at each order's own. */
const FEW_NAMED = 5_000;
const MAX_WORDS = 6;
const MIN_PHONE_DIGITS = 3;

const CUSTOMER_NAMES = Prisma.sql`plain_text(coalesce(c.first_name, '') || ' ' || coalesce(c.profile_name, ''))`;
const PRODUCT_NAMES = Prisma.sql`plain_text(p.sku || ' ' || p.label)`;

const pattern = (word: string) => `%${word.replace(/[\\%_]/g, '\\$&')}%`;

/** Every word stands somewhere in it. */
const holds = (text: Prisma.Sql, words: readonly string[]): Prisma.Sql =>
  Prisma.join(
    words.map((word) => Prisma.sql`${text} LIKE plain_text(${pattern(word)})`),
    ' AND ',
  );

/** The last digits of a phone as typed; a national number's zero is not the international one's. */
function lastDigits(query: string): string | null {
  if (!/^[\d\s.+-]+$/.test(query)) return null;
  const digits = query.replace(/\D/g, '');
  if (digits.length < MIN_PHONE_DIGITS) return null;
  return digits.length >= 9 ? digits.replace(/^0+/, '') : digits;
}

type Wanted = { words: string[]; numbers: string[]; phone: Prisma.Sql };

function readQuery(query: string): Wanted {
  const words = query.split(/\s+/).filter(Boolean).slice(0, MAX_WORDS);
  const number = query.toUpperCase();
  const digits = lastDigits(query);
  const reversed = digits && `${[...digits].reverse().join('')}%`;
  return {
    words,
    numbers: [number, `C-${number}`],
    phone: reversed ? Prisma.sql`(c.phone IS NOT NULL AND reverse(c.phone) LIKE ${reversed})` : Prisma.sql`false`,
  };
}

/** Customers or products by what they are called; `isCut` when there are more than are worth naming one by one. */
type Named = { ids: string[]; isCut: boolean };

async function named(rows: Promise<{ id: string }[]>): Promise<Named> {
  const ids = (await rows).map(({ id }) => id);
  return { ids, isCut: ids.length > FEW_NAMED };
}

/** Whose name, number's last digits or order it is: at most `limit` customers, of many of one name who wrote last. */
export async function customersCalled(db: Db, query: string, limit: number): Promise<string[]> {
  const { words, numbers, phone } = readQuery(query);
  if (words.length === 0) return [];
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM (
      (SELECT customer_id AS id FROM orders WHERE number = ANY(${numbers}) LIMIT ${limit}::int)
      UNION (SELECT c.id FROM customers c WHERE ${phone} LIMIT ${limit}::int)
      UNION (SELECT c.id FROM customers c WHERE ${holds(CUSTOMER_NAMES, words)}
        ORDER BY c.last_inbound_at DESC NULLS LAST LIMIT ${limit}::int)) found
    LIMIT ${limit}::int`;
  return rows.map(({ id }) => id);
}

/**
 * What an order's number, its customer's names or last digits, or the products in it say. Rare: the orders found.
 * Common: a condition on `orders o`, cheap where every few orders fulfil it.
 */
export type OrderMatch = { kind: 'rare'; ids: string[] } | { kind: 'common'; condition: Prisma.Sql };

export async function matchOrders(db: Db, query: string): Promise<OrderMatch> {
  const wanted = readQuery(query);
  const { words, numbers, phone } = wanted;
  const [customers, products] = await Promise.all([
    named(db.$queryRaw`
      (SELECT c.id FROM customers c WHERE ${holds(CUSTOMER_NAMES, words)} LIMIT ${FEW_NAMED + 1}::int)
      UNION (SELECT c.id FROM customers c WHERE ${phone} LIMIT ${FEW_NAMED}::int)`),
    named(db.$queryRaw`SELECT p.id FROM products p WHERE ${holds(PRODUCT_NAMES, words)} LIMIT ${FEW_NAMED + 1}::int`),
  ]);
  if (!customers.isCut && !products.isCut) {
    const found = await db.$queryRaw<{ id: string }[]>`
      SELECT id FROM orders WHERE number = ANY(${numbers})
      UNION ALL SELECT id FROM orders WHERE customer_id = ANY(${customers.ids}::uuid[])
      UNION ALL SELECT order_id FROM order_items WHERE product_id = ANY(${products.ids}::uuid[])
      LIMIT ${RARE_ORDERS + 1}::int`;
    if (found.length <= RARE_ORDERS) return { kind: 'rare', ids: [...new Set(found.map(({ id }) => id))] };
  }
  return { kind: 'common', condition: conditionOf(wanted, customers, products) };
}

/**
 * Asked of one order at a time, in subselects that the planner cannot turn into a walk through everything. `IN (SELECT ...)` is
 * hashed; `= ANY` of a named statement's parameter would be compared one by one.
 */
function conditionOf({ words, numbers, phone }: Wanted, customers: Named, products: Named): Prisma.Sql {
  const byCustomer = customers.isCut
    ? Prisma.sql`(SELECT (${holds(CUSTOMER_NAMES, words)}) OR ${phone} FROM customers c WHERE c.id = o.customer_id)`
    : Prisma.sql`o.customer_id IN (SELECT unnest(${customers.ids}::uuid[]))`;
  const isProduct = products.isCut
    ? Prisma.sql`(SELECT ${holds(PRODUCT_NAMES, words)} FROM products p WHERE p.id = i.product_id)`
    : Prisma.sql`i.product_id IN (SELECT unnest(${products.ids}::uuid[]))`;
  const byProduct = Prisma.sql`(SELECT bool_or(${isProduct}) FROM order_items i WHERE i.order_id = o.id)`;
  // Most searches are for a person or for a thing: what nobody is called is not asked of every order.
  const ways = [...(customers.ids.length > 0 ? [byCustomer] : []), ...(products.ids.length > 0 ? [byProduct] : [])];
  return Prisma.sql`(${Prisma.join([Prisma.sql`o.number = ANY(${numbers})`, ...ways], ' OR ')})`;
}
