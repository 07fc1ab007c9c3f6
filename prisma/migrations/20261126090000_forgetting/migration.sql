-- The goodbye to somebody who asked to be forgotten keeps its address until it has left; the customer's own is gone.
ALTER TABLE "outbound_messages" ADD COLUMN     "to_address" TEXT;

-- Erasing a person takes them out of what is otherwise kept as it came: what was asked for, of what amount and when, stays.
CREATE OR REPLACE FUNCTION refuse_attempt_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('comptoir.erasing', true) = 'on' AND (OLD.order_id, OLD.idempotency_key, OLD.amount_minor, OLD.currency)
    IS NOT DISTINCT FROM (NEW.order_id, NEW.idempotency_key, NEW.amount_minor, NEW.currency) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the amount, parameters and key of payment attempt % are fixed', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('comptoir.erasing', true) = 'on'
    AND (OLD.stripe_event_id, OLD.type, OLD.livemode, OLD.happened_at, OLD.received_at)
    IS NOT DISTINCT FROM (NEW.stripe_event_id, NEW.type, NEW.livemode, NEW.happened_at, NEW.received_at) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'what Stripe sent in event % is kept as it came', OLD.stripe_event_id USING ERRCODE = 'check_violation';
END $$;
