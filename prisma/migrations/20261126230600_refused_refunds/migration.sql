CREATE TRIGGER refunds_concern AFTER UPDATE OF status, last_error ON refunds
  FOR EACH ROW WHEN ((OLD.status = 'requested' AND OLD.last_error IS NOT NULL)
    IS DISTINCT FROM (NEW.status = 'requested' AND NEW.last_error IS NOT NULL))
  EXECUTE FUNCTION tell_concern();
