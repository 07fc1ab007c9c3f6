import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { insertProduct, lockProduct, type NewProduct, type ProductFacts, writeProduct } from '../db/product-edit.ts';
import { findPicture, keepPicture, type Picture } from '../db/product-pictures.ts';
import { transact } from '../db/transact.ts';
import { MEDIA_RULES, sniffMediaType } from '../domain/media.ts';
import type { Clock } from '../ports.ts';

export type { NewProduct, Picture, ProductFacts };

type Needs = { db: Db; clock: Clock };

export type EditResult = { kind: 'saved' | 'unchanged' | 'changed_meanwhile' | 'unknown' };

/**
 * Changes a product as long as nobody else did since `seenAt`, its `updatedAt` when the form was opened. What carts and
 * links show of it follows by itself; orders keep what they were made with.
 */
export function editProduct(
  { db, clock }: Needs,
  { productId, seenAt, facts, staffId }: { productId: string; seenAt: Date; facts: ProductFacts; staffId: string },
): Promise<EditResult> {
  return transact(db, async (tx): Promise<EditResult> => {
    const product = await lockProduct(tx, productId);
    if (!product) return { kind: 'unknown' };
    if (product.updatedAt.getTime() !== seenAt.getTime()) return { kind: 'changed_meanwhile' };
    const names = Object.keys(facts) as (keyof ProductFacts)[];
    const changed = names.filter((name) => !isDeepStrictEqual(facts[name], product[name]));
    if (changed.length === 0) return { kind: 'unchanged' };
    await writeProduct(tx, product, facts);
    const some = (from: ProductFacts) => Object.fromEntries(changed.map((name) => [name, from[name]]));
    await writeAudit(tx, {
      actor: `staff:${staffId}`,
      action: 'product.changed',
      subject: `product:${productId}`,
      details: { before: some(product as ProductFacts), after: some(facts) },
      at: clock.now(),
    });
    return { kind: 'saved' };
  });
}

export type AddResult = { kind: 'added'; productId: string } | { kind: 'sku_taken' };

export function addProduct(
  { db, clock }: Needs,
  { product, staffId }: { product: NewProduct; staffId: string },
): Promise<AddResult> {
  return transact(db, async (tx): Promise<AddResult> => {
    const productId = await insertProduct(tx, product);
    if (!productId) return { kind: 'sku_taken' };
    await writeAudit(tx, {
      actor: `staff:${staffId}`,
      action: 'product.created',
      subject: `product:${productId}`,
      details: { after: product },
      at: clock.now(),
    });
    return { kind: 'added', productId };
  });
}

export type PictureResult = { kind: 'pictured' | 'not_a_picture' | 'too_large' | 'unknown' };

// WhatsApp shows customers these; a WebP arrives there as a sticker or not at all.
const SHOWN_BY_WHATSAPP: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png' };

/** Gives a product a picture, judged by its first bytes whatever it is called. */
export async function pictureProduct(
  { db, clock }: Needs,
  { productId, bytes, staffId }: { productId: string; bytes: Uint8Array<ArrayBuffer>; staffId: string },
): Promise<PictureResult> {
  const mediaType = sniffMediaType(bytes) ?? '';
  const ending = SHOWN_BY_WHATSAPP[mediaType];
  if (!ending) return { kind: 'not_a_picture' };
  if (bytes.length > MEDIA_RULES.picture.maxBytes) return { kind: 'too_large' };
  const hash = createHash('sha256').update(bytes).digest('hex');
  const imageUrl = `/media/products/${hash}.${ending}`;
  return transact(db, async (tx): Promise<PictureResult> => {
    const product = await lockProduct(tx, productId);
    if (!product) return { kind: 'unknown' };
    await keepPicture(tx, hash, { mediaType, bytes });
    await writeProduct(tx, product, { imageUrl });
    await writeAudit(tx, {
      actor: `staff:${staffId}`,
      action: 'product.pictured',
      subject: `product:${productId}`,
      details: { before: product.imageUrl, after: imageUrl },
      at: clock.now(),
    });
    return { kind: 'pictured' };
  });
}

export const showPicture = ({ db }: Pick<Needs, 'db'>, hash: string): Promise<Picture | undefined> =>
  findPicture(db, hash);
