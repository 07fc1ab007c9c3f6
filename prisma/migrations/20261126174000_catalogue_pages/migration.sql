-- AlterTable
ALTER TABLE "stock_movements" ADD COLUMN "cause" TEXT,
ADD COLUMN "actor" TEXT,
ADD COLUMN "request_key" UUID;

-- CreateTable
CREATE TABLE "product_pictures" (
    "hash" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "product_pictures_pkey" PRIMARY KEY ("hash")
);
-- Photographs are compressed already.
ALTER TABLE product_pictures ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- CreateEnum
CREATE TYPE "CatalogueImportStatus" AS ENUM ('reading', 'ready', 'running', 'done', 'refused', 'cancelled');

-- CreateTable
CREATE TABLE "catalogue_imports" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "status" "CatalogueImportStatus" NOT NULL DEFAULT 'reading',
    "file_name" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "started_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "claimed_until" TIMESTAMPTZ(3),
    "lines_total" INTEGER,
    "lines_done" INTEGER NOT NULL DEFAULT 0,
    "preview" JSONB,
    "result" JSONB,
    "problem" TEXT,

    CONSTRAINT "catalogue_imports_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "stock_movements_request_key_key" ON "stock_movements"("request_key");

-- CreateIndex
CREATE INDEX "products_label_id_idx" ON "products"("label", "id");

-- CreateIndex
CREATE INDEX "products_category_label_id_idx" ON "products"("category", "label", "id");

-- CreateIndex
CREATE INDEX "stock_levels_product_id_idx" ON "stock_levels"("product_id");

-- The few that are hidden, and what a SKU begins with.
CREATE INDEX products_hidden ON products (label, id) WHERE NOT active;
CREATE INDEX products_sku_prefix ON products (lower(sku) text_pattern_ops);

-- One import at a time: the second is told so.
CREATE UNIQUE INDEX catalogue_imports_one_open ON catalogue_imports ((true)) WHERE status IN ('reading', 'ready', 'running');
CREATE TRIGGER catalogue_imports_nudge AFTER INSERT OR UPDATE OF status ON catalogue_imports
  FOR EACH STATEMENT EXECUTE FUNCTION nudge_workers('imports');
