ALTER TABLE "orders" ADD COLUMN "reminded_minutes" INTEGER;

-- A build from before notes the step alone. What an earlier reminder was for would then pass for the last one's, and its customer be
-- reminded again: unknown is better. Nobody needs this once no such build runs beside or after this one.
CREATE FUNCTION forget_reminded_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.reminded_minutes := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER orders_reminded_without_minutes BEFORE UPDATE OF reminders_sent ON orders FOR EACH ROW
  WHEN (NEW.reminders_sent <> OLD.reminders_sent AND NEW.reminded_minutes = OLD.reminded_minutes)
  EXECUTE FUNCTION forget_reminded_minutes();
