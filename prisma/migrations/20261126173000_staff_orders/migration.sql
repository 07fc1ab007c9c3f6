-- AlterTable
ALTER TABLE "orders" ADD COLUMN "counter_group" TEXT GENERATED ALWAYS AS (
  CASE
    WHEN disputed_at IS NOT NULL OR review_reason IS NOT NULL THEN 'problems'
    WHEN status = 'pending_payment' THEN 'to_pay'
    WHEN status = 'confirmed' THEN 'to_prepare'
    WHEN status = 'ready' THEN 'ready'
    WHEN status = 'collected' THEN 'collected'
    ELSE 'ended'
  END) STORED;

-- The staff's list reads a page, and counts up to a bound, from these alone.
-- CreateIndex
CREATE INDEX "orders_counter_group_created_at_id_idx" ON "orders"("counter_group", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "orders_location_id_counter_group_created_at_id_idx" ON "orders"("location_id", "counter_group", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "order_items_product_id_idx" ON "order_items"("product_id");

-- As people type: no capitals, no accents.
CREATE FUNCTION plain_text(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN translate(lower(given), 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝ',
    'aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuy');

-- What an order is searched by, beside its number: its customer's names and last digits, its products.
CREATE INDEX customers_names_trgm ON customers
  USING gin (plain_text(coalesce(first_name, '') || ' ' || coalesce(profile_name, '')) gin_trgm_ops);
CREATE INDEX customers_phone_reversed ON customers (reverse(phone) text_pattern_ops) WHERE phone IS NOT NULL;
CREATE INDEX products_names_trgm ON products USING gin (plain_text(sku || ' ' || label) gin_trgm_ops);

-- Open lists hear of it, by id only (db/live-changes.ts): each of these transactions has a NOTIFY already, for the message,
-- the checkout or the refund that goes with it, or is rare.
CREATE FUNCTION tell_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('live', json_build_object('kind', 'order', 'orderId', NEW.id,
    'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text);
  RETURN NULL;
END $$;
CREATE TRIGGER orders_live_placed AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION tell_order();
CREATE TRIGGER orders_live AFTER UPDATE OF status, disputed_at, review_reason ON orders
  FOR EACH ROW WHEN ((OLD.status, OLD.disputed_at, OLD.review_reason)
    IS DISTINCT FROM (NEW.status, NEW.disputed_at, NEW.review_reason))
  EXECUTE FUNCTION tell_order();
