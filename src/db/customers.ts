import { PAID } from '../domain/order.ts';
import { readSize } from '../domain/tyre-size.ts';
import { isUuid } from '../domain/uuid.ts';
import type { Db, Tx } from './client.ts';
import { FORGOTTEN } from './erase-customer.ts';

/** Keeps the address a customer typed on Stripe's page, unless they have told us one before or were forgotten since. */
export async function rememberEmail(tx: Tx, customerId: string, email: string): Promise<void> {
  await tx.customer.updateMany({
    where: { id: customerId, email: null, NOT: { channelAddress: { startsWith: FORGOTTEN } } },
    data: { email },
  });
}

/** Whose number this is, as people write it: with its country, spaces and dots as they like. */
export async function findCustomerByPhone(db: Db, typed: string): Promise<string | undefined> {
  const phone = `+${typed.replace(/\D/g, '')}`;
  const where = { OR: [{ phone }, { channelAddress: `whatsapp:${phone}` }] };
  return (await db.customer.findFirst({ where, select: { id: true } }))?.id;
}

/** `id` is whatever was typed. */
export async function findCustomerById(db: Db, id: string): Promise<string | undefined> {
  return isUuid(id) ? (await db.customer.findUnique({ where: { id }, select: { id: true } }))?.id : undefined;
}

/** By phone number or customer:ID, as operators name them; some have no number that we are told. */
export const findCustomerNamed = (db: Db, named: string): Promise<string | undefined> =>
  named.startsWith('customer:')
    ? findCustomerById(db, named.slice('customer:'.length))
    : findCustomerByPhone(db, named);

/** Whether they were erased: nobody is left to tell, nor to hand anything to. */
export async function isForgotten(tx: Db, customerId: string): Promise<boolean> {
  return (await tx.customer.count({ where: { id: customerId, channelAddress: { startsWith: FORGOTTEN } } })) > 0;
}

/** WhatsApp could not reach this customer; what they write next clears it (db/inbox.ts). */
export async function markUnreachable(db: Db, customerId: string, at: Date): Promise<void> {
  await db.customer.updateMany({ where: { id: customerId, unreachableAt: null }, data: { unreachableAt: at } });
}

/** The last order that was paid and not refunded, as far as it can still be bought; undefined where there is none. */
export async function lastBought(
  db: Db,
  customerId: string,
): Promise<{ orderId: string; lines: { label: string; quantity: number }[] } | undefined> {
  const order = await db.order.findFirst({
    where: { customerId, status: { in: [...PAID] } },
    orderBy: { createdAt: 'desc' },
    select: { id: true, items: { orderBy: { position: 'asc' }, include: { product: { select: { active: true } } } } },
  });
  if (!order || order.items.length === 0 || order.items.some(({ product }) => !product.active)) return undefined;
  return { orderId: order.id, lines: order.items.map(({ label, quantity }) => ({ label, quantity })) };
}

/** Whether a button with this payload was sent in this conversation. */
export async function wasOffered(db: Db, conversationId: string, payload: string): Promise<boolean> {
  const [row] = await db.$queryRaw<{ offered: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM outbound_messages WHERE conversation_id = ${conversationId}::uuid
      AND content->'buttons' @> ${JSON.stringify([{ id: payload }])}::jsonb) AS offered`;
  return row?.offered ?? false;
}

/** The tyre size they bought most often, the latest first: "205/55 R16"; undefined when they bought none. */
export async function usualSize(db: Db, customerId: string): Promise<string | undefined> {
  const items = await db.orderItem.findMany({
    where: { order: { customerId, status: { in: [...PAID] } } },
    orderBy: { order: { createdAt: 'desc' } },
    select: { label: true },
    take: 50,
  });
  const counts = new Map<string, number>();
  for (const { label } of items) {
    const [width, height, rim] = readSize(label).size;
    if (width && height && rim)
      counts.set(`${width}/${height} R${rim}`, (counts.get(`${width}/${height} R${rim}`) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
