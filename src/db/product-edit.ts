import type { Product } from '../domain/catalogue.ts';
import type { Tx } from './client.ts';
import { indexProducts } from './search-index.ts';

/** What a manager may write of a product; its SKU and currency are settled when it is made. */
export type ProductFacts = Omit<Product, 'id' | 'sku' | 'imageUrl' | 'currency' | 'stocked'> & { active: boolean };
export type NewProduct = ProductFacts & Pick<Product, 'sku' | 'currency' | 'stocked'>;

/** The product as it is, locked until the transaction ends; before its search words are written anew. */
export async function lockProduct(tx: Tx, id: string) {
  await tx.$executeRaw`SELECT id FROM products WHERE id = ${id}::uuid FOR UPDATE`;
  return tx.product.findUnique({ where: { id } });
}

/** Writes some facts of a locked product; search knows it by them at once. `updated_at` is its version. */
export async function writeProduct(
  tx: Tx,
  { id, sku }: { id: string; sku: string },
  facts: Partial<ProductFacts> & { imageUrl?: string | null },
): Promise<void> {
  await tx.product.update({ where: { id }, data: facts });
  await indexProducts(tx, [sku]);
}

/** Answers its id; undefined when the SKU is another product's. */
export async function insertProduct(tx: Tx, product: NewProduct): Promise<string | undefined> {
  const made = await tx.product.createManyAndReturn({ data: [product], skipDuplicates: true, select: { id: true } });
  if (made[0]) await indexProducts(tx, [product.sku]);
  return made[0]?.id;
}
