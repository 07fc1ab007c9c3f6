import { COMMON, type KnownWord, type Term } from '../domain/search-expansion.ts';
import type { Candidate } from '../domain/search-ranking.ts';
import { spellingKeys } from '../domain/search-spelling.ts';
import type { Db } from './client.ts';

const MOST_BEGINNINGS = 20;

/** What the catalogue's vocabulary has for these words: themselves, their other forms, what is near, what begins so. */
export function lookUpWords(
  db: Db,
  words: readonly string[],
  typedAs: ReadonlyMap<string, string> = new Map(),
): Promise<KnownWord[]> {
  if (words.length === 0) return Promise.resolve([]);
  const asked = words.map((word) => {
    const typed = typedAs.get(word) ?? word;
    return { word, typed, near: [...new Set([...spellingKeys(word), ...spellingKeys(typed)])] };
  });
  return db.$queryRaw<KnownWord[]>`
    WITH asked AS MATERIALIZED (
      SELECT r.word, r.typed, r.near, CASE WHEN cardinality(r.near) > 0 THEN search_stems(r.word) END AS stems
      FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS r (word text, typed text, near text[]))
    SELECT a.word AS asked, a.typed, w.id, w.word, COALESCE(w.stems && a.stems, FALSE) AS "isForm",
      (SELECT count(*)::int FROM (
        SELECT FROM search_postings p WHERE p.word_id = w.id LIMIT ${COMMON}) counted) AS products
    FROM asked a CROSS JOIN LATERAL (
      SELECT id, word, stems FROM search_words WHERE word = a.word
      UNION SELECT id, word, stems FROM search_words WHERE stems && a.stems
      UNION SELECT id, word, stems FROM search_words WHERE near && a.near
      UNION (SELECT id, word, stems FROM search_words WHERE cardinality(a.near) > 0
        AND word >= a.word AND word < a.word || '~' ORDER BY word LIMIT ${MOST_BEGINNINGS})) w`;
}

/** BM25's: how soon more of the same word stops telling more. */
const K1 = 2.5;
/** As many as are looked at closely. */
export const MOST_CANDIDATES = 150;
/** A size is a word that a product must have. */
const SIZE = 30;

export type CandidateSearch = {
  terms: readonly Term[];
  /** Groups below this number are what was asked for. */
  required: number;
  /** The size's word; null when none was asked for. */
  sizeId: number | null;
  /** The cheapest of those with most words, instead of the best fitting. */
  byPrice: boolean;
  maxPriceMinor: number | null;
  locationId: string | null;
};

/**
 * Products with at least one of the words (and with the size), those with most of the words first; of these the best by
 * BM25 over weighted fields, or the cheapest. Reads one index for the words, and the products of the chosen only.
 */
export async function findCandidates(db: Db, search: CandidateSearch): Promise<Candidate[]> {
  const { required, sizeId, byPrice, maxPriceMinor, locationId } = search;
  const terms = sizeId === null ? search.terms : [...search.terms, { wordId: sizeId, group: SIZE, boost: 1 }];
  if (terms.length === 0) return [];
  const isByFit = !byPrice && maxPriceMinor === null;
  // One value, not 150 rows: taking rows apart costs the ORM more than finding them costs the database.
  const [row] = await db.$queryRaw<{ candidates: Candidate[] | null }[]>`
    WITH terms AS (
      SELECT * FROM unnest(${terms.map((term) => term.wordId)}::int[], ${terms.map((term) => term.group)}::int[],
        ${terms.map((term) => term.boost)}::real[]) AS t (word_id, part, boost)),
    postings AS MATERIALIZED (
      SELECT t.part, p.document_id, max(t.boost * p.weight) AS weight
      FROM terms t JOIN search_postings p ON p.word_id = t.word_id GROUP BY t.part, p.document_id),
    rarity AS (
      SELECT part, ln(1 + GREATEST(documents - count(*), 0) / (count(*) + 0.5)) AS idf
      FROM postings,
        (SELECT GREATEST(reltuples, 1000) AS documents FROM pg_class WHERE oid = 'search_documents'::regclass) total
      GROUP BY part, documents),
    scored AS (
      SELECT document_id, sum(idf * weight * ${K1 + 1}::float8 / (weight + ${K1}::float8)) AS score,
        sum(CASE WHEN part < ${required}::int THEN 1 << part ELSE 0 END)::int AS mask,
        count(*) FILTER (WHERE part < ${required}::int)::int AS hits
      FROM postings JOIN rarity USING (part) GROUP BY document_id
      HAVING CASE WHEN ${sizeId === null}::boolean THEN bool_or(part < ${required}::int) ELSE bool_or(part = ${SIZE}::int) END),
    fitting AS (
      SELECT * FROM scored ORDER BY hits DESC, score DESC, document_id LIMIT ${isByFit ? MOST_CANDIDATES : null}::int),
    chosen AS (
      SELECT p.id, p.label, p.brand, p.model, p.category, p.price_minor, p.stocked, f.score, f.mask
      FROM fitting f JOIN search_documents d ON d.id = f.document_id JOIN products p ON p.id = d.product_id
      WHERE ${maxPriceMinor}::int IS NULL OR p.price_minor <= ${maxPriceMinor}::int
      ORDER BY f.hits DESC, CASE WHEN ${byPrice}::boolean THEN p.price_minor END, f.score DESC, f.document_id
      LIMIT ${MOST_CANDIDATES})
    SELECT json_agg(json_build_object('id', id, 'label', label, 'brand', brand, 'model', model, 'category', category,
      'priceMinor', price_minor, 'stocked', stocked, 'score', score, 'mask', mask,
      'available', NOT stocked OR COALESCE((SELECT bool_or(s.on_hand > s.reserved) FROM stock_levels s
        JOIN locations l ON l.id = s.location_id WHERE s.product_id = chosen.id AND l.active), FALSE),
      'here', COALESCE((SELECT bool_or(s.on_hand > s.reserved) FROM stock_levels s
        WHERE s.product_id = chosen.id AND s.location_id = ${locationId}::uuid), FALSE))) AS candidates
    FROM chosen`;
  return row?.candidates ?? [];
}

/** The cheapest of the shop up to a price, goods before services, for a wish that says nothing else. At most `limit`. */
export async function listBelowPrice(db: Db, maxPriceMinor: number, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM products p WHERE active AND price_minor <= ${maxPriceMinor}
    ORDER BY NOT stocked OR EXISTS (SELECT 1 FROM stock_levels s JOIN locations l ON l.id = s.location_id
      WHERE s.product_id = p.id AND l.active AND s.on_hand > s.reserved) DESC, stocked DESC, price_minor, label
    LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/** The size's word where something on sale has that size. */
export async function lookUpSize(db: Db, word: string): Promise<number | undefined> {
  const [found] = await db.$queryRaw<{ id: number }[]>`
    SELECT id FROM search_words w WHERE word = ${word}
      AND EXISTS (SELECT 1 FROM search_postings p WHERE p.word_id = w.id)`;
  return found?.id;
}
