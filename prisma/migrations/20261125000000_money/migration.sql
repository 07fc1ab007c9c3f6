-- CreateEnum
CREATE TYPE "NotificationChannel" AS ENUM ('email', 'slack');

-- CreateEnum
CREATE TYPE "NotificationStatus" AS ENUM ('queued', 'sent', 'skipped', 'failed');

-- DropIndex
DROP INDEX "payment_events_outcome_next_attempt_at_idx";

-- AlterTable
ALTER TABLE "disputes" ADD COLUMN     "funds_withdrawn" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "payment_events" ADD COLUMN     "happened_at" TIMESTAMPTZ(3),
ADD COLUMN     "order_id" UUID,
ADD COLUMN     "reason" TEXT;
-- Stripe's own time of what is already here stands in its payload.
UPDATE "payment_events" SET "happened_at" = COALESCE(to_timestamp(("payload"->>'created')::double precision), "received_at");
ALTER TABLE "payment_events" ALTER COLUMN "happened_at" SET NOT NULL;

-- AlterTable
ALTER TABLE "refunds" ADD COLUMN     "requested_by" TEXT,
ADD COLUMN     "restock" BOOLEAN;

-- CreateTable
CREATE TABLE "notifications" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "business_key" TEXT NOT NULL,
    "channel" "NotificationChannel" NOT NULL,
    "content" JSONB NOT NULL,
    "order_id" UUID,
    "status" "NotificationStatus" NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "notifications_business_key_key" ON "notifications"("business_key");

-- CreateIndex
CREATE INDEX "notifications_order_id_idx" ON "notifications"("order_id");

-- AddForeignKey
ALTER TABLE "payment_events" ADD CONSTRAINT "payment_events_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Few of many events need a person or belong on an order's page; the rest costs these indexes nothing.
CREATE INDEX payment_events_failed ON payment_events (received_at) WHERE outcome IN ('failed', 'foreign');
CREATE INDEX payment_events_of_order ON payment_events (order_id) WHERE order_id IS NOT NULL;

-- What webhooks store is told of by the process that stored it, many rows at once (db/work-nudges.createNudger).
DROP TRIGGER payment_events_nudge ON payment_events;
DROP TRIGGER inbound_messages_nudge ON inbound_messages;

-- The attempt's state table, as data (domain/payment.ts says the same; a test compares them). Money never goes back to
-- unpaid (faults 11, 12); an attempt we had given up may still turn out to be paid (faults 9, 15).
CREATE TABLE attempt_transitions (
  from_status "PaymentAttemptStatus" NOT NULL,
  to_status "PaymentAttemptStatus" NOT NULL,
  PRIMARY KEY (from_status, to_status)
);
INSERT INTO attempt_transitions VALUES
  ('PENDING', 'PROCESSING'),
  ('PENDING', 'PAID'),
  ('PENDING', 'FAILED'),
  ('PENDING', 'CANCELLED'),
  ('PENDING', 'EXPIRED'),
  ('PROCESSING', 'PAID'),
  ('PROCESSING', 'FAILED'),
  ('PROCESSING', 'EXPIRED'),
  ('FAILED', 'PAID'),
  ('CANCELLED', 'PAID'),
  ('EXPIRED', 'PAID'),
  ('PAID', 'REFUNDED');

CREATE FUNCTION guard_attempt_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM attempt_transitions WHERE from_status = OLD.status AND to_status = NEW.status) THEN
    RAISE EXCEPTION 'payment attempt % cannot go from % to %', OLD.id, OLD.status, NEW.status
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payment_attempts_guard_transition BEFORE UPDATE OF status ON payment_attempts
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION guard_attempt_transition();

-- What Stripe was asked for stays what it was: the key is bound to it (faults 18, 20).
CREATE FUNCTION refuse_attempt_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the amount, parameters and key of payment attempt % are fixed', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER payment_attempts_immutable
  BEFORE UPDATE OF order_id, idempotency_key, params, amount_minor, currency ON payment_attempts FOR EACH ROW
  WHEN ((OLD.order_id, OLD.idempotency_key, OLD.params, OLD.amount_minor, OLD.currency)
    IS DISTINCT FROM (NEW.order_id, NEW.idempotency_key, NEW.params, NEW.amount_minor, NEW.currency))
  EXECUTE FUNCTION refuse_attempt_change();

-- A refund is in its payment's currency (fault 28), and what was asked for is asked for once.
CREATE FUNCTION guard_refund_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.currency <> (SELECT currency FROM payments WHERE id = NEW.payment_id) THEN
    RAISE EXCEPTION 'refund % is not in its payment''s currency', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refunds_guard_currency BEFORE INSERT OR UPDATE OF currency, payment_id ON refunds
  FOR EACH ROW EXECUTE FUNCTION guard_refund_currency();

CREATE INDEX refunds_to_call ON refunds (next_call_at) WHERE status = 'requested';
CREATE INDEX notifications_waiting ON notifications (next_attempt_at) WHERE status = 'queued';
CREATE TRIGGER notifications_nudge AFTER INSERT ON notifications
  FOR EACH STATEMENT EXECUTE FUNCTION nudge_workers('notifications');
