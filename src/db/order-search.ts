import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';

/** Beyond so many, a search is for something common: the newest orders soon hold a page of it. */
const RARE_ORDERS = 2_000;
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

/**
 * What an order's number, its customer's names or last digits, or the products in it say. Rare: the orders found.
 * Common: a condition on `orders o`, cheap where every few orders fulfil it.
 */
export type OrderMatch = { kind: 'rare'; ids: string[] } | { kind: 'common'; condition: Prisma.Sql };

export async function matchOrders(db: Db, query: string): Promise<OrderMatch> {
  const { words, numbers, phone } = readQuery(query);
  // Read as far as the limit: each branch hands its rows on as it finds them.
  const found = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM orders WHERE number = ANY(${numbers})
    UNION ALL
    SELECT o.id FROM customers c JOIN orders o ON o.customer_id = c.id WHERE ${holds(CUSTOMER_NAMES, words)}
    UNION ALL
    SELECT o.id FROM customers c JOIN orders o ON o.customer_id = c.id WHERE ${phone}
    UNION ALL
    SELECT i.order_id FROM products p JOIN order_items i ON i.product_id = p.id WHERE ${holds(PRODUCT_NAMES, words)}
    LIMIT ${RARE_ORDERS + 1}::int`;
  if (found.length <= RARE_ORDERS) return { kind: 'rare', ids: [...new Set(found.map(({ id }) => id))] };
  // Asked of one order at a time, which EXISTS would leave to the planner.
  const condition = Prisma.sql`(o.number = ANY(${numbers})
    OR (SELECT (${holds(CUSTOMER_NAMES, words)}) OR ${phone} FROM customers c WHERE c.id = o.customer_id)
    OR (SELECT true FROM order_items i JOIN products p ON p.id = i.product_id
        WHERE i.order_id = o.id AND ${holds(PRODUCT_NAMES, words)} LIMIT 1))`;
  return { kind: 'common', condition };
}
