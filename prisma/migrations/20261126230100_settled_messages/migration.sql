-- AlterTable
ALTER TABLE "outbound_messages" ADD COLUMN     "settled_at" TIMESTAMPTZ(3);

CREATE INDEX outbound_messages_unsettled ON outbound_messages (failed_at)
  WHERE status IN ('failed', 'undelivered') AND settled_at IS NULL;
CREATE TRIGGER outbound_messages_concern AFTER UPDATE OF status, settled_at ON outbound_messages
  FOR EACH ROW WHEN ((OLD.status IN ('failed', 'undelivered') AND OLD.settled_at IS NULL)
    IS DISTINCT FROM (NEW.status IN ('failed', 'undelivered') AND NEW.settled_at IS NULL))
  EXECUTE FUNCTION tell_concern();
