-- What a ledger says is never said otherwise afterwards: a wrong movement is put right by another one.
CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the stock ledger is only ever added to' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER stock_movements_append_only BEFORE UPDATE OR DELETE ON stock_movements
  FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();

-- A reservation ends once, as consumed or as released, and is never of other goods than at first (faults 23, 24).
CREATE FUNCTION guard_reservation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'held' OR (OLD.order_item_id, OLD.stock_level_id, OLD.quantity)
    IS DISTINCT FROM (NEW.order_item_id, NEW.stock_level_id, NEW.quantity) THEN
    RAISE EXCEPTION 'reservation % has ended or is of other goods', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reservations_guard BEFORE UPDATE ON reservations FOR EACH ROW EXECUTE FUNCTION guard_reservation();

-- What Stripe sent is kept as it came; only what became of it is written beside it.
CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what Stripe sent in event % is kept as it came', OLD.stripe_event_id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER payment_events_immutable
  BEFORE UPDATE OF stripe_event_id, type, livemode, payload, happened_at, received_at ON payment_events
  FOR EACH ROW EXECUTE FUNCTION refuse_event_change();

-- The claim takes the longest due first, and of many due at the same moment (an outage that ends) the first that came.
DROP INDEX "payment_events_seq_key";
DROP INDEX payment_events_waiting;
CREATE INDEX payment_events_waiting ON payment_events (next_attempt_at, seq) WHERE outcome = 'received';
