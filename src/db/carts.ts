import type { Cart } from '../domain/cart.ts';
import type { Db, Tx } from './client.ts';
import type { OpenProposal } from './proposals.ts';

/** The open cart; `id` null when the customer has none yet. */
export type StoredCart = { id: string | null; version: number; cart: Cart };

type OpenCartRow = {
  id: string;
  version: number;
  locationId: string | null;
  items: Cart['items'];
  openProposal: OpenProposal | null;
};

/** What a customer has put together, and the summary of it that they saw and have neither accepted nor changed. */
export async function loadOpenCart(
  db: Db,
  customerId: string,
): Promise<{ stored: StoredCart; openProposal: OpenProposal | undefined }> {
  const [row] = await db.$queryRaw<OpenCartRow[]>`
    SELECT c.id, c.version, c.location_id AS "locationId",
      COALESCE((
        SELECT json_agg(json_build_object('productId', i.product_id, 'quantity', i.quantity) ORDER BY i.position)
        FROM cart_items i WHERE i.cart_id = c.id), '[]') AS items,
      (SELECT json_build_object('id', p.id, 'cartVersion', p.cart_version, 'locationId', p.location_id,
          'lines', p.lines, 'totalMinor', p.total_minor, 'currency', p.currency)
        FROM proposals p WHERE p.cart_id = c.id AND p.status = 'open') AS "openProposal"
    FROM carts c WHERE c.customer_id = ${customerId}::uuid AND c.status = 'open'`;
  if (!row) return { stored: { id: null, version: 0, cart: { locationId: null, items: [] } }, openProposal: undefined };
  const { id, version, locationId, items, openProposal } = row;
  return { stored: { id, version, cart: { locationId, items } }, openProposal: openProposal ?? undefined };
}

/**
 * Writes a changed cart as its next version; what was proposed for an earlier one can no longer be accepted.
 * Undefined when the cart is no longer the open one that was read: nothing was written.
 */
export async function saveCart(tx: Tx, input: CartChange): Promise<{ id: string; version: number } | undefined> {
  const saved = input.stored.id === null ? await openCart(tx, input) : await nextVersion(tx, input);
  if (!saved) return undefined;
  await tx.cartItem.deleteMany({ where: { cartId: saved.id } });
  await tx.cartItem.createMany({
    data: input.cart.items.map((item, position) => ({ ...item, position, cartId: saved.id })),
  });
  return saved;
}

type CartChange = { customerId: string; stored: StoredCart; cart: Cart; at: Date };

async function openCart(tx: Tx, { customerId, cart, at }: CartChange) {
  const [row] = await tx.$queryRaw<{ id: string; version: number }[]>`
    INSERT INTO carts (customer_id, location_id, created_at, updated_at)
    VALUES (${customerId}::uuid, ${cart.locationId}::uuid, ${at}::timestamptz, ${at}::timestamptz)
    ON CONFLICT (customer_id) WHERE status = 'open' DO NOTHING RETURNING id, version`;
  return row;
}

async function nextVersion(tx: Tx, { stored, cart, at }: CartChange) {
  const [row] = await tx.$queryRaw<{ id: string; version: number }[]>`
    UPDATE carts SET version = version + 1, location_id = ${cart.locationId}::uuid,
      updated_at = ${at}::timestamptz
    WHERE id = ${stored.id}::uuid AND version = ${stored.version}::int AND status = 'open' RETURNING id, version`;
  return row;
}

/** What one of the customer's own orders held, to make it again; undefined for anybody else's. */
export async function findOrderAsCart(
  db: Db,
  input: { customerId: string; orderId: string },
): Promise<{ number: string; status: string; cart: Cart } | undefined> {
  const order = await db.order.findFirst({
    where: { id: input.orderId, customerId: input.customerId },
    include: { items: { orderBy: { position: 'asc' } } },
  });
  if (!order) return undefined;
  const items = order.items.map(({ productId, quantity }) => ({ productId, quantity }));
  return { number: order.number, status: order.status, cart: { locationId: order.locationId, items } };
}
