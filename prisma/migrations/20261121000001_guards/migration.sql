-- What Prisma cannot express: the invariants of money and stock, held by the database itself.

-- Stock is never oversold (faults 22-24).
ALTER TABLE stock_levels
  ADD CONSTRAINT stock_on_hand_not_negative CHECK (on_hand >= 0),
  ADD CONSTRAINT stock_reserved_within_on_hand CHECK (reserved BETWEEN 0 AND on_hand);
ALTER TABLE reservations ADD CONSTRAINT reservation_quantity_positive CHECK (quantity > 0);
CREATE UNIQUE INDEX reservations_one_held_per_item ON reservations (order_item_id) WHERE status = 'held';

ALTER TABLE products
  ADD CONSTRAINT product_price_not_negative CHECK (price_minor >= 0),
  ADD CONSTRAINT product_currency_iso CHECK (currency ~ '^[A-Z]{3}$');

ALTER TABLE cart_items ADD CONSTRAINT cart_quantity_in_range CHECK (quantity BETWEEN 1 AND 99);
CREATE UNIQUE INDEX carts_one_open_per_customer ON carts (customer_id) WHERE status = 'open';
CREATE UNIQUE INDEX proposals_one_open_per_cart ON proposals (cart_id) WHERE status = 'open';

-- Snapshots add up, and stay as they were (fault 18).
ALTER TABLE order_items
  ADD CONSTRAINT order_item_quantity_positive CHECK (quantity > 0),
  ADD CONSTRAINT order_item_price_not_negative CHECK (unit_price_minor >= 0),
  ADD CONSTRAINT order_item_subtotal_adds_up CHECK (subtotal_minor = unit_price_minor * quantity);
ALTER TABLE orders
  ADD CONSTRAINT order_total_not_negative CHECK (total_minor >= 0),
  ADD CONSTRAINT order_currency_iso CHECK (currency ~ '^[A-Z]{3}$');

CREATE FUNCTION refuse_snapshot_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'order items are immutable snapshots' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER order_items_immutable BEFORE UPDATE ON order_items FOR EACH ROW EXECUTE FUNCTION refuse_snapshot_change();

-- The order's state table, as data (domain/order.ts says the same; a test compares them).
CREATE TABLE order_transitions (
  from_status "OrderStatus" NOT NULL,
  to_status "OrderStatus" NOT NULL,
  PRIMARY KEY (from_status, to_status)
);
INSERT INTO order_transitions VALUES
  ('pending_payment', 'confirmed'),
  ('pending_payment', 'expired'),
  ('pending_payment', 'cancelled'),
  -- late money revives an order whose stock can be reserved again (fault 9)
  ('expired', 'confirmed'),
  ('cancelled', 'confirmed'),
  ('confirmed', 'ready'),
  ('confirmed', 'collected'),
  ('ready', 'collected'),
  ('confirmed', 'refunded'),
  ('ready', 'refunded'),
  ('collected', 'refunded');

CREATE FUNCTION guard_order_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM order_transitions WHERE from_status = OLD.status AND to_status = NEW.status) THEN
    RAISE EXCEPTION 'order % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER orders_guard_transition BEFORE UPDATE OF status ON orders
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION guard_order_transition();

-- People read order numbers aloud: short, increasing, unique.
CREATE SEQUENCE order_number START 1001;

-- At most one payable session per order (fault 14).
CREATE UNIQUE INDEX payment_attempts_one_open_per_order ON payment_attempts (order_id)
  WHERE status IN ('PENDING', 'PROCESSING');
ALTER TABLE payment_attempts ADD CONSTRAINT attempt_amount_not_negative CHECK (amount_minor >= 0);
ALTER TABLE payments ADD CONSTRAINT payment_amount_not_negative CHECK (amount_minor >= 0);
ALTER TABLE refunds ADD CONSTRAINT refund_amount_positive CHECK (amount_minor > 0);

-- The claims' paths: only rows still waiting.
CREATE INDEX outbound_messages_waiting ON outbound_messages (seq) WHERE status IN ('queued', 'sending');
CREATE INDEX inbound_messages_waiting ON inbound_messages (conversation_id, seq) WHERE turn_id IS NULL;
CREATE INDEX payment_events_waiting ON payment_events (next_attempt_at) WHERE outcome = 'received';
CREATE INDEX payment_attempts_to_call ON payment_attempts (next_call_at) WHERE status = 'PENDING' AND session_id IS NULL;

-- Search by words and by near words.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX products_search_text_fts ON products USING gin (to_tsvector('simple', search_text));
CREATE INDEX products_search_text_trgm ON products USING gin (search_text gin_trgm_ops);

-- Work wakes its workers at once; polling stands behind it.
CREATE FUNCTION nudge_workers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('work', TG_ARGV[0]);
  RETURN NULL;
END $$;
CREATE TRIGGER inbound_messages_nudge AFTER INSERT ON inbound_messages
  FOR EACH STATEMENT EXECUTE FUNCTION nudge_workers('turns');
CREATE TRIGGER outbound_messages_nudge AFTER INSERT ON outbound_messages
  FOR EACH STATEMENT EXECUTE FUNCTION nudge_workers('messages');
CREATE TRIGGER payment_events_nudge AFTER INSERT ON payment_events
  FOR EACH STATEMENT EXECUTE FUNCTION nudge_workers('payment_events');
CREATE TRIGGER payment_attempts_nudge AFTER INSERT ON payment_attempts
  FOR EACH STATEMENT EXECUTE FUNCTION nudge_workers('checkouts');
CREATE TRIGGER refunds_nudge AFTER INSERT ON refunds
  FOR EACH STATEMENT EXECUTE FUNCTION nudge_workers('refunds');
