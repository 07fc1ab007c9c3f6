-- AlterTable
ALTER TABLE "stock_levels" ADD COLUMN     "low_since" TIMESTAMPTZ(3);

-- So few are left that somebody should know (domain/concern.ts FEW_LEFT): noted here, whoever moves stock, so that neither an
-- index nor a count has to follow every movement.
CREATE FUNCTION note_low_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.low_since := CASE WHEN NEW.on_hand - NEW.reserved <= 2 THEN now() END;
  RETURN NEW;
END $$;
CREATE TRIGGER stock_levels_low_new BEFORE INSERT ON stock_levels FOR EACH ROW EXECUTE FUNCTION note_low_stock();
CREATE TRIGGER stock_levels_low BEFORE UPDATE OF on_hand, reserved ON stock_levels
  FOR EACH ROW WHEN ((OLD.on_hand - OLD.reserved <= 2) IS DISTINCT FROM (NEW.on_hand - NEW.reserved <= 2))
  EXECUTE FUNCTION note_low_stock();
UPDATE stock_levels SET low_since = now() WHERE on_hand - reserved <= 2;

CREATE INDEX stock_levels_few ON stock_levels (low_since) WHERE low_since IS NOT NULL;
CREATE TRIGGER stock_levels_concern AFTER UPDATE OF on_hand, reserved ON stock_levels
  FOR EACH ROW WHEN ((OLD.low_since IS NULL) IS DISTINCT FROM (NEW.low_since IS NULL))
  EXECUTE FUNCTION tell_concern();
