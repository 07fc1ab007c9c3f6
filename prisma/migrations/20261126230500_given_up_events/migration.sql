-- The few that were given up; payment_events_failed has those about others' payments too, which may be many.
CREATE INDEX payment_events_given_up ON payment_events (received_at) WHERE outcome = 'failed';
CREATE TRIGGER payment_events_concern AFTER UPDATE OF outcome ON payment_events
  FOR EACH ROW WHEN ((OLD.outcome = 'failed') IS DISTINCT FROM (NEW.outcome = 'failed'))
  EXECUTE FUNCTION tell_concern();
