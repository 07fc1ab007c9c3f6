import type { Db } from '../../src/db/client.ts';
import { indexProducts } from '../../src/db/search-index.ts';

export type ProductSeed = {
  sku: string;
  brand?: string;
  model?: string;
  label: string;
  description?: string;
  category?: string;
  attributes?: Record<string, string | number | boolean>;
  priceMinor: number;
  stocked?: boolean;
  active?: boolean;
  imageUrl?: string;
  /** On hand per location code; each location is made when first named. */
  stock?: Record<string, number>;
};

/** A place of pickup; the same code twice is the same place. */
export async function buildLocation(db: Db, code: string, name = code): Promise<string> {
  const values = { name, address: `1 rue de ${name}`, hours: 'Lun-Sam 8h-18h' };
  const location = await db.location.upsert({ where: { code }, create: { code, ...values }, update: {} });
  return location.id;
}

/** A product with its search text and stock; answers its id. */
export async function buildProduct(db: Db, seed: ProductSeed): Promise<string> {
  const { stock = {}, brand = '', model = '', description = '', category = 'pneu', attributes = {}, ...rest } = seed;
  const words = { label: seed.label, brand, model, description, category, attributes };
  const product = await db.product.create({
    data: { ...rest, ...words, currency: 'EUR' },
  });
  await indexProducts(db, [product.sku]);
  for (const [code, onHand] of Object.entries(stock)) {
    const locationId = await buildLocation(db, code);
    const data = { productId: product.id, locationId, onHand };
    const level = await db.stockLevel.create({ data });
    if (onHand > 0) {
      await db.stockMovement.create({
        data: { stockLevelId: level.id, kind: 'received', onHandDelta: onHand, reservedDelta: 0 },
      });
    }
  }
  return product.id;
}

/** Tyres and services enough for a whole conversation, in two places. */
export async function buildShop(db: Db) {
  await buildLocation(db, 'jarry', 'Jarry');
  await buildLocation(db, 'bt', 'Basse-Terre');
  const tyre = (sku: string, brand: string, model: string, size: string, rest: Partial<ProductSeed>) =>
    buildProduct(db, { sku, brand, model, label: `${brand} ${model} ${size}`, priceMinor: 8990, ...rest });
  return {
    primacy: await tyre('MIC-P4-2055516', 'Michelin', 'Primacy 4+', '205/55 R16 91V', {
      priceMinor: 11990,
      attributes: { saison: 'été' },
      description: 'Pneu été, freinage court sur le mouillé.',
      stock: { jarry: 8, bt: 4 },
    }),
    turanza: await tyre('BRI-T6-2055516', 'Bridgestone', 'Turanza 6', '205/55 R16 91V', {
      priceMinor: 10490,
      attributes: { saison: 'été' },
      description: 'Pneu été.',
      stock: { jarry: 6 },
    }),
    alpin: await tyre('MIC-A6-2055516', 'Michelin', 'Alpin 6', '205/55 R16 91H', {
      priceMinor: 13490,
      attributes: { saison: 'hiver' },
      description: 'Pneu hiver.',
      stock: { jarry: 2 },
    }),
    energy: await tyre('MIC-E-1956515', 'Michelin', 'Energy Saver', '195/65 R15 91H', {
      priceMinor: 8990,
      attributes: { saison: 'été' },
      stock: { bt: 12 },
    }),
    gone: await tyre('OLD-1', 'Michelin', 'Vieux', '205/55 R16 91V', { active: false, stock: { jarry: 9 } }),
    balancing: await buildProduct(db, {
      sku: 'SRV-EQ',
      label: 'Équilibrage roue',
      description: 'Équilibrage d’une roue, masses comprises.',
      category: 'service',
      priceMinor: 1500,
      stocked: false,
    }),
  };
}
export type BuiltShop = Awaited<ReturnType<typeof buildShop>>;
