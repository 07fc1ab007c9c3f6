import type { Product } from '../domain/catalogue.ts';
import { spellingKeys } from '../domain/search-spelling.ts';
import { weighWords } from '../domain/search-text.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';

const BATCH = 500;

type Unread = Pick<Product, 'sku' | 'brand' | 'model' | 'label' | 'description' | 'category' | 'attributes'> & {
  id: string;
};

/** Products on sale that search does not know yet: new ones, and those whose words changed (a trigger forgets them). */
const IS_UNREAD = Prisma.sql`p.active AND NOT EXISTS (SELECT 1 FROM search_documents d WHERE d.product_id = p.id)`;

function readUnread(db: Db | Tx, condition: Prisma.Sql): Promise<Unread[]> {
  return db.$queryRaw<Unread[]>`
    SELECT p.id, p.sku, p.brand, p.model, p.label, p.description, p.category, p.attributes FROM products p
    WHERE ${IS_UNREAD} AND ${condition} ORDER BY p.id LIMIT ${BATCH}`;
}

async function hasUnread(db: Db): Promise<boolean> {
  const [row] = await db.$queryRaw<
    { has: boolean }[]
  >`SELECT EXISTS (SELECT FROM products p WHERE ${IS_UNREAD}) AS has`;
  return row?.has ?? false;
}

async function writeDocuments(tx: Db | Tx, products: readonly Unread[]): Promise<void> {
  const postings = products.flatMap((product) =>
    [...weighWords(product)].map(([word, weight]) => ({ product: product.id, word, weight })),
  );
  const words = [...new Set(postings.map(({ word }) => word))].sort();
  const vocabulary = words.map((word) => ({ word, near: spellingKeys(word) }));
  await tx.$executeRaw`
    INSERT INTO search_words (word, stems, near)
    SELECT r.word, CASE WHEN cardinality(r.near) > 0 THEN search_stems(r.word) END, r.near
    FROM jsonb_to_recordset(${JSON.stringify(vocabulary)}::jsonb) AS r (word text, near text[])
    WHERE NOT EXISTS (SELECT 1 FROM search_words w WHERE w.word = r.word) ON CONFLICT (word) DO NOTHING`;
  await tx.$executeRaw`
    WITH read AS MATERIALIZED (
      SELECT r.product, w.id AS word_id, r.weight
      FROM unnest(${postings.map(({ product }) => product)}::uuid[], ${postings.map(({ word }) => word)}::text[],
        ${postings.map(({ weight }) => weight)}::real[]) AS r (product, word, weight)
      JOIN search_words w ON w.word = r.word),
    documents AS (
      INSERT INTO search_documents (product_id, word_ids)
      SELECT product, array_agg(word_id ORDER BY word_id) FROM read GROUP BY product RETURNING id, product_id)
    INSERT INTO search_postings (word_id, document_id, weight)
    SELECT read.word_id, documents.id, read.weight
    FROM read JOIN documents ON documents.product_id = read.product`;
}

/**
 * Makes what is sold under these SKUs findable, where it is not yet. In the importer's transaction: a product and its words
 * appear together.
 */
export async function indexProducts(tx: Db | Tx, skus: readonly string[]): Promise<void> {
  for (let from = 0; from < skus.length; from += BATCH) {
    const some = skus.slice(from, from + BATCH);
    const unread = await readUnread(tx, Prisma.sql`p.sku = ANY(${some}::text[])`);
    if (unread.length > 0) await writeDocuments(tx, unread);
  }
}

/**
 * Makes findable whatever is on sale and not known to search: after the migration that made the index, and after products
 * were changed by hand. Safe to repeat, and beside an import, for which it waits only when there is something to read.
 * Answers how many products were read.
 */
export async function fillSearchIndex(db: Db, onProgress: (products: number) => void = () => {}): Promise<number> {
  let filled = 0;
  while (await hasUnread(db)) {
    const read = await db.$transaction(
      async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('catalogue-import'))`;
        const unread = await readUnread(tx, Prisma.sql`TRUE`);
        if (unread.length > 0) await writeDocuments(tx, unread);
        return unread.length;
      },
      { timeout: 60_000 },
    );
    // Another filling was faster.
    if (read === 0) break;
    filled += read;
    onProgress(filled);
  }
  return filled;
}
