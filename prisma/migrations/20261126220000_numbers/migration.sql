-- Which wording of a test of several left; null where there is one.
ALTER TABLE "outbound_messages" ADD COLUMN "variant" TEXT;

-- CreateIndex
CREATE INDEX "orders_created_at_idx" ON "orders"("created_at");

-- What the staff's numbers ask of Stripe's inbox: how long its word of a payment took.
CREATE INDEX payment_events_completed ON payment_events (received_at) WHERE type = 'checkout.session.completed';

-- The shop's numbers, counted by the sweep count-numbers.
-- CreateTable
CREATE TABLE "shop_numbers" (
    "grain" TEXT NOT NULL,
    "measure" TEXT NOT NULL,
    "starts_on" DATE NOT NULL,
    "subject" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "shop_numbers_pkey" PRIMARY KEY ("grain","starts_on","measure","subject")
);

-- CreateTable
CREATE TABLE "number_counts" (
    "grain" TEXT NOT NULL,
    "timezone" TEXT NOT NULL,
    "settled_until" DATE NOT NULL,
    "counted_at" TIMESTAMPTZ(3),

    CONSTRAINT "number_counts_pkey" PRIMARY KEY ("grain")
);
