-- AlterTable
ALTER TABLE "notifications" ADD COLUMN     "settled_at" TIMESTAMPTZ(3);

CREATE TRIGGER notifications_concern AFTER UPDATE OF status, settled_at ON notifications
  FOR EACH ROW WHEN ((OLD.status = 'failed' AND OLD.settled_at IS NULL)
    IS DISTINCT FROM (NEW.status = 'failed' AND NEW.settled_at IS NULL))
  EXECUTE FUNCTION tell_concern();
