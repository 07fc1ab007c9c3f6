-- Search by words (docs/search.md): which words each product has, and how much each says of it. Filled by db/search-index.ts:
-- a product without a row in search_documents waits to be read.
DROP INDEX products_search_text_fts;
DROP INDEX products_search_text_trgm;
ALTER TABLE products DROP COLUMN search_text;

CREATE TABLE search_words (
    "id" SERIAL NOT NULL,
    -- Compared byte by byte: the words that begin alike stand together.
    "word" TEXT COLLATE "C" NOT NULL,
    "stems" TEXT[],
    "near" TEXT[],
    CONSTRAINT "search_words_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "search_words_word_key" ON "search_words"("word");
CREATE INDEX "search_words_stems_idx" ON "search_words" USING GIN ("stems");
CREATE INDEX "search_words_near_idx" ON "search_words" USING GIN ("near");

CREATE TABLE search_documents (
    "id" SERIAL NOT NULL,
    "product_id" UUID NOT NULL,
    "word_ids" INTEGER[],
    CONSTRAINT "search_documents_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "search_documents_product_id_key" ON "search_documents"("product_id");
ALTER TABLE "search_documents" ADD CONSTRAINT "search_documents_product_id_fkey" FOREIGN KEY ("product_id")
  REFERENCES "products"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE search_postings (
    "word_id" INTEGER NOT NULL,
    "document_id" INTEGER NOT NULL,
    "weight" REAL NOT NULL,
    CONSTRAINT "search_postings_pkey" PRIMARY KEY ("word_id", "document_id", "weight")
);

-- What two forms of a word have in common, in each language by itself: "batteries" and "battery", "chevaux" and "cheval".
CREATE FUNCTION search_stems(word text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT array_agg(DISTINCT language || stem) FROM (
    SELECT 'en ' AS language, unnest(ts_lexize('pg_catalog.english_stem', word)) AS stem
    UNION ALL SELECT 'fr ', unnest(ts_lexize('pg_catalog.french_stem', word))
    UNION ALL SELECT 'es ', unnest(ts_lexize('pg_catalog.spanish_stem', word))) AS stems
$$;

-- Whoever takes a product off sale or changes its words: search forgets the old ones in the same transaction.
CREATE FUNCTION forget_search_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM search_documents WHERE product_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER products_forget_search_document AFTER UPDATE ON products FOR EACH ROW
  WHEN ((OLD.active, OLD.sku, OLD.brand, OLD.model, OLD.label, OLD.description, OLD.category, OLD.attributes)
    IS DISTINCT FROM (NEW.active, NEW.sku, NEW.brand, NEW.model, NEW.label, NEW.description, NEW.category, NEW.attributes))
  EXECUTE FUNCTION forget_search_document();

CREATE FUNCTION drop_search_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM search_postings WHERE word_id = ANY (OLD.word_ids) AND document_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER search_documents_drop_postings AFTER DELETE ON search_documents FOR EACH ROW
  EXECUTE FUNCTION drop_search_postings();
