import { randomUUID } from 'node:crypto';
import type { Db } from '../../src/db/client.ts';
import { indexProducts } from '../../src/db/search-index.ts';
import type { Clock } from '../../src/ports.ts';

/** A product with `onHand` pieces at a new location, and a customer with an open proposal for `quantity` of them. */
export async function proposeOne(
  { db, clock }: { db: Db; clock: Clock },
  { onHand = 4, quantity = 1, priceMinor = 9000, label = 'Michelin Primacy 4 205/55 R16' } = {},
) {
  const id = randomUUID().slice(0, 8);
  const location = await db.location.create({
    data: { code: `loc-${id}`, name: 'Jarry', address: '12 rue de l’Industrie', hours: 'Lundi à samedi, 8 h - 18 h' },
  });
  const product = await db.product.create({
    data: {
      sku: `sku-${id}`,
      brand: 'Michelin',
      model: 'Primacy 4',
      label,
      description: '',
      category: 'pneu',
      priceMinor,
      currency: 'EUR',
      stockLevels: {
        create: {
          locationId: location.id,
          onHand,
          movements: { create: { kind: 'received', onHandDelta: onHand, reservedDelta: 0 } },
        },
      },
    },
  });
  await indexProducts(db, [product.sku]);
  const proposeAgain = async () => {
    const customer = await db.customer.create({
      data: {
        channelAddress: `whatsapp:+5906900${Math.floor(10_000 + Math.random() * 89_999)}${id}`,
        firstName: 'Camille',
        lastInboundAt: clock.now(),
        conversation: { create: {} },
      },
    });
    const cart = await db.cart.create({
      data: {
        customerId: customer.id,
        version: 1,
        items: { create: { productId: product.id, quantity, position: 0 } },
      },
    });
    const line = {
      productId: product.id,
      sku: product.sku,
      label: product.label,
      unitPriceMinor: priceMinor,
      quantity,
      subtotalMinor: priceMinor * quantity,
    };
    const proposal = await db.proposal.create({
      data: {
        cartId: cart.id,
        cartVersion: 1,
        locationId: location.id,
        lines: [line],
        totalMinor: line.subtotalMinor,
        currency: 'EUR',
        createdAt: clock.now(),
      },
    });
    return { customerId: customer.id, proposalId: proposal.id, cartId: cart.id };
  };
  return { location, product, proposeAgain, ...(await proposeAgain()) };
}
