-- Which products staff should order: kept with each, so that a page of the list is a short walk along an index, however many
-- there are. NULL: enough. A product without any stock has nothing of it.
ALTER TABLE "products" ADD COLUMN "shelf" TEXT;
ALTER TABLE "products" ALTER COLUMN "shelf" SET DEFAULT 'out';
ALTER TABLE products ADD CONSTRAINT products_shelf_known CHECK (shelf IN ('out', 'low')) NOT VALID;

-- 4 is LOW_STOCK of domain/catalogue-filter.ts.
CREATE FUNCTION shelf_of(of_product uuid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN sum <= 0 THEN 'out' WHEN sum < 4 THEN 'low' END FROM (
    SELECT COALESCE(sum(s.on_hand - s.reserved), 0) AS sum FROM stock_levels s
    JOIN locations l ON l.id = s.location_id AND l.active WHERE s.product_id = of_product) available
$$;

-- Under the product's lock, so that of two changes at once at two places the later sees both.
CREATE FUNCTION note_shelf(of_product uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM products WHERE id = of_product FOR NO KEY UPDATE;
  UPDATE products SET shelf = shelf_of(of_product) WHERE id = of_product AND shelf IS DISTINCT FROM shelf_of(of_product);
END $$;

CREATE FUNCTION stock_level_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM note_shelf(OLD.product_id);
  ELSE
    PERFORM note_shelf(NEW.product_id);
  END IF;
  RETURN NULL;
END $$;

-- At the transaction's end, when its other locks are taken, and only where it can matter: a product is low when it is low
-- at every place, so a level that had enough and has enough changes nothing.
CREATE CONSTRAINT TRIGGER stock_levels_shelf AFTER UPDATE ON stock_levels DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.on_hand - OLD.reserved IS DISTINCT FROM NEW.on_hand - NEW.reserved
    AND least(OLD.on_hand - OLD.reserved, NEW.on_hand - NEW.reserved) < 4)
  EXECUTE FUNCTION stock_level_moved();
CREATE CONSTRAINT TRIGGER stock_levels_shelf_new AFTER INSERT ON stock_levels DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.on_hand > NEW.reserved) EXECUTE FUNCTION stock_level_moved();
CREATE CONSTRAINT TRIGGER stock_levels_shelf_gone AFTER DELETE ON stock_levels DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.on_hand > OLD.reserved) EXECUTE FUNCTION stock_level_moved();

CREATE FUNCTION location_opened_or_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_shelf(product_id) FROM (
    SELECT product_id FROM stock_levels WHERE location_id = NEW.id ORDER BY product_id) here;
  RETURN NULL;
END $$;
CREATE TRIGGER locations_shelf AFTER UPDATE ON locations FOR EACH ROW WHEN (OLD.active IS DISTINCT FROM NEW.active)
  EXECUTE FUNCTION location_opened_or_closed();

-- Only those that need a word; the many with enough are not written.
UPDATE products p SET shelf = now_on.shelf FROM (SELECT id, shelf_of(id) AS shelf FROM products) now_on
  WHERE now_on.id = p.id AND now_on.shelf IS NOT NULL;
ALTER TABLE products VALIDATE CONSTRAINT products_shelf_known;
CREATE INDEX products_to_order ON products (shelf, label, id) WHERE active AND stocked AND shelf IS NOT NULL;
