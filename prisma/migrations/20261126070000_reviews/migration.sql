-- CreateTable
CREATE TABLE "reviews" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "order_id" UUID NOT NULL,
    "payment_id" UUID,
    "reason" TEXT NOT NULL,
    "business_key" TEXT NOT NULL,
    "amount_minor" INTEGER,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "closed_by" TEXT,

    CONSTRAINT "reviews_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "reviews_order_id_idx" ON "reviews"("order_id");

-- AddForeignKey
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- One open review of a matter at a time.
CREATE UNIQUE INDEX reviews_one_open_per_matter ON reviews (business_key) WHERE closed_at IS NULL;
CREATE INDEX reviews_open ON reviews (opened_at) WHERE closed_at IS NULL;
INSERT INTO reviews (order_id, reason, business_key, opened_at)
  SELECT id, review_reason, 'order:' || id, created_at FROM orders WHERE review_reason IS NOT NULL;

-- The key a refund was asked for by stays; the key Stripe is called with changes with the parameters, and after a refusal.
ALTER TABLE "refunds" ADD COLUMN     "call_key" TEXT;

-- What operators, sweeps and the clock look at every few minutes, without reading what is long over.
CREATE INDEX orders_open ON orders (status) WHERE status IN ('pending_payment', 'confirmed', 'ready');
CREATE INDEX outbound_messages_failed ON outbound_messages (seq) WHERE status IN ('failed', 'undelivered');
CREATE INDEX notifications_failed ON notifications (created_at) WHERE status = 'failed';
CREATE INDEX payment_attempts_to_ask ON payment_attempts (asked_at, created_at)
  WHERE session_id IS NOT NULL AND (status IN ('PENDING', 'PROCESSING') OR session_open);

-- CreateIndex
CREATE INDEX "payment_attempts_created_at_idx" ON "payment_attempts"("created_at");
