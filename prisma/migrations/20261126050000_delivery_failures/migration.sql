-- AlterTable
ALTER TABLE "customers" ADD COLUMN     "unreachable_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "outbound_messages" ADD COLUMN     "content_sid" TEXT,
ADD COLUMN     "failed_at" TIMESTAMPTZ(3),
ADD COLUMN     "outside_window" BOOLEAN NOT NULL DEFAULT false;

-- What WhatsApp judged marketing is asked for at every claim.
CREATE INDEX outbound_messages_unwanted ON outbound_messages (customer_id, failed_at) WHERE error_code = 63049;
