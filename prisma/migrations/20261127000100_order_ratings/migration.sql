-- How a customer liked an order, as they said when asked the day after the pickup. Their words stay in the message.
-- CreateTable
CREATE TABLE "order_ratings" (
    "order_id" UUID NOT NULL,
    "rating" TEXT NOT NULL,
    "inbound_message_id" UUID NOT NULL,
    "rated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_ratings_pkey" PRIMARY KEY ("order_id"),
    CONSTRAINT "order_ratings_rating" CHECK ("rating" IN ('good', 'fair', 'bad'))
);

-- CreateIndex
CREATE INDEX "order_ratings_inbound_message_id_idx" ON "order_ratings"("inbound_message_id");

-- AddForeignKey
ALTER TABLE "order_ratings" ADD CONSTRAINT "order_ratings_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_ratings" ADD CONSTRAINT "order_ratings_inbound_message_id_fkey" FOREIGN KEY ("inbound_message_id") REFERENCES "inbound_messages"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
