import type { ProductWithStock } from '../domain/catalogue.ts';
import { type Expansion, expand, type KnownWord, wordsToLookUp, wordsToTryFor } from '../domain/search-expansion.ts';
import type { SearchQuery } from '../domain/search-query.ts';
import { type Candidate, hitsOf, isChosenByPrice, isNamed, rankCandidates } from '../domain/search-ranking.ts';
import { spellingKeys } from '../domain/search-spelling.ts';
import { sizeWord } from '../domain/tyre-size.ts';
import { findProducts } from './catalogue.ts';
import type { Db } from './client.ts';

export type SearchResult = {
  /** False when what was found lacks something that was asked for: say so. */
  exact: boolean;
  products: ProductWithStock[];
};
export type SearchOptions = {
  limit: number;
  maxPriceMinor: number | null;
  /** Where the customer collects: what is in stock there comes before what is in stock elsewhere. */
  locationId?: string | null;
};

/** How far products are counted to tell a common word from a rare one. */
const COUNTED = 200;

function lookUp(db: Db, words: readonly string[]): Promise<KnownWord[]> {
  if (words.length === 0) return Promise.resolve([]);
  const asked = words.map((word) => ({ word, near: spellingKeys(word) }));
  return db.$queryRaw<KnownWord[]>`
    WITH asked AS MATERIALIZED (
      SELECT r.word, r.near, CASE WHEN cardinality(r.near) > 0 THEN search_stems(r.word) END AS stems
      FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS r (word text, near text[]))
    SELECT a.word AS asked, w.id, w.word, COALESCE(w.stems && a.stems, FALSE) AS "isForm",
      (SELECT count(*)::int FROM (SELECT FROM search_postings p WHERE p.word_id = w.id LIMIT ${COUNTED}) counted) AS products
    FROM asked a CROSS JOIN LATERAL (
      SELECT id, word, stems FROM search_words WHERE word = a.word
      UNION SELECT id, word, stems FROM search_words WHERE stems && a.stems
      UNION SELECT id, word, stems FROM search_words WHERE near && a.near
      UNION (SELECT id, word, stems FROM search_words
        WHERE cardinality(a.near) > 0 AND word >= a.word AND word < a.word || '~' ORDER BY word LIMIT 20)
    ) w`;
}

/** As many as are ranked closely. */
const CANDIDATES = 150;
const K1 = 1.2;
/** Group of the size, which a product must have. */
const SIZE_GROUP = 99;

type Found = Candidate;

async function findCandidates(
  db: Db,
  { terms, sizeId, byPrice }: { terms: Expansion['terms']; sizeId: number | null; byPrice: boolean },
  options: SearchOptions,
): Promise<Found[]> {
  const all = sizeId === null ? terms : [...terms, { wordId: sizeId, group: SIZE_GROUP, boost: 1 }];
  return db.$queryRaw<Found[]>`
    WITH terms AS (
      SELECT * FROM unnest(${all.map((t) => t.wordId)}::int[], ${all.map((t) => t.group)}::int[],
        ${all.map((t) => t.boost)}::real[]) AS t (word_id, part, boost)),
    postings AS MATERIALIZED (
      SELECT t.part, p.document_id, max(t.boost * p.weight) AS weight
      FROM terms t JOIN search_postings p ON p.word_id = t.word_id GROUP BY 1, 2),
    total AS (SELECT GREATEST(reltuples, 1000) AS documents FROM pg_class WHERE oid = 'search_documents'::regclass),
    rarity AS (
      SELECT part, ln(1 + GREATEST(documents - count(*), 0) / (count(*) + 0.5)) AS idf
      FROM postings, total GROUP BY part, documents),
    scored AS (
      SELECT document_id, sum(idf * weight * ${K1 + 1} / (weight + ${K1})) AS score,
        sum(CASE WHEN part <> ${SIZE_GROUP} THEN 1 << part ELSE 0 END)::int AS mask,
        count(*) FILTER (WHERE part <> ${SIZE_GROUP})::int AS hits
      FROM postings JOIN rarity USING (part) GROUP BY document_id
      HAVING ${sizeId === null}::boolean OR bool_or(part = ${SIZE_GROUP})),
    chosen AS (
      SELECT p.id, p.label, p.brand, p.model, p.category, p.price_minor, p.stocked, s.score, s.mask, s.hits
      FROM scored s JOIN search_documents d ON d.id = s.document_id JOIN products p ON p.id = d.product_id
      WHERE p.active AND (${options.maxPriceMinor}::int IS NULL OR p.price_minor <= ${options.maxPriceMinor}::int)
      ORDER BY s.hits DESC, CASE WHEN ${byPrice}::boolean THEN p.price_minor END, s.score DESC, p.id LIMIT ${CANDIDATES})
    SELECT id, label, brand, model, category, price_minor AS "priceMinor", stocked, score::float8, mask, 
      NOT stocked OR EXISTS (SELECT 1 FROM stock_levels s JOIN locations l ON l.id = s.location_id
        WHERE s.product_id = chosen.id AND l.active AND s.on_hand > s.reserved) AS available,
      EXISTS (SELECT 1 FROM stock_levels s WHERE s.product_id = chosen.id
        AND s.location_id = ${options.locationId ?? null}::uuid AND s.on_hand > s.reserved) AS here
    FROM chosen`;
}

async function searchOnce(
  db: Db,
  query: SearchQuery,
  options: SearchOptions,
): Promise<{ exact: boolean; ids: string[] }> {
  const known = await lookUp(db, wordsToLookUp(query));
  const more = wordsToTryFor(query, known);
  if (more.length > 0) known.push(...(await lookUp(db, more)));
  const size = sizeWord(query.size);
  const sized = size === undefined ? [] : await lookUpSize(db, size);
  if (size !== undefined && sized.length === 0) return { exact: false, ids: [] };
  const expansion = expand(query, known);
  const found = await findCandidates(
    db,
    {
      terms: carriers(expansion, query),
      sizeId: sized[0]?.id ?? null,
      byPrice: isChosenByPrice(query),
    },
    options,
  );
  const ranked = rankCandidates(found, query, expansion);
  const exact = hitsOf(ranked[0] ?? { mask: 0 }) === expansion.required;
  const shown = exact || query.size.length > 0 ? ranked : ranked.filter((each) => isNamed(each, expansion));
  return { exact, ids: shown.slice(0, options.limit).map(({ id }) => id) };
}

const lookUpSize = (db: Db, word: string) =>
  db.$queryRaw<{ id: number }[]>`SELECT id FROM search_words WHERE word = ${word}
    AND EXISTS (SELECT FROM search_postings p WHERE p.word_id = search_words.id)`;

/** What "tyre" finds alone is no answer to a wish that names more than that. */
const carriers = ({ terms }: Expansion, query: SearchQuery) =>
  query.groups.length > 0 && terms.every(({ group }) => group >= query.groups.length) && query.size.length === 0
    ? []
    : terms;

/**
 * Products for a customer's words: those with all words, else with the most of them; a size, when given, always fits.
 * In stock first. Misspelt words are taken for the catalogue's nearest (docs/search.md). At most `limit`.
 */
export async function searchProducts(db: Db, query: SearchQuery, options: SearchOptions): Promise<SearchResult> {
  const { exact, ids } = await searchOnce(db, query, options);
  return { exact, products: await findProducts(db, ids) };
}
