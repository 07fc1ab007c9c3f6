import type { Db, Tx } from './client.ts';

export type Picture = { mediaType: string; bytes: Uint8Array<ArrayBuffer> };

/** Keeps a picture under the hash of its bytes; the same one again is kept once. */
export async function keepPicture(tx: Tx, hash: string, picture: Picture): Promise<void> {
  await tx.productPicture.createMany({ data: [{ hash, ...picture }], skipDuplicates: true });
}

export async function findPicture(db: Db, hash: string): Promise<Picture | undefined> {
  const found = await db.productPicture.findUnique({ where: { hash }, select: { mediaType: true, bytes: true } });
  return found ?? undefined;
}
