-- A webhook writes one row and nothing else; whose message it is, is looked up afterwards (db/inbox.ts).
ALTER TABLE "inbound_messages" ADD COLUMN     "channel_address" TEXT,
ADD COLUMN     "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "opts_out" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "phone" TEXT,
ADD COLUMN     "profile_name" TEXT,
ALTER COLUMN "customer_id" DROP NOT NULL,
ALTER COLUMN "conversation_id" DROP NOT NULL;
UPDATE "inbound_messages" m SET "channel_address" = c."channel_address" FROM "customers" c WHERE c."id" = m."customer_id";
ALTER TABLE "inbound_messages" ALTER COLUMN "channel_address" SET NOT NULL;

-- What is stored in the webhook's time pays for no index that only sorted messages are found by.
DROP INDEX "inbound_messages_seq_key";
DROP INDEX "inbound_messages_conversation_id_seq_idx";
DROP INDEX inbound_messages_waiting;
CREATE INDEX inbound_messages_unsorted ON inbound_messages (seq) WHERE conversation_id IS NULL;
CREATE INDEX inbound_messages_of_conversation ON inbound_messages (conversation_id, seq) WHERE conversation_id IS NOT NULL;
CREATE INDEX inbound_messages_waiting ON inbound_messages (conversation_id, seq)
  WHERE turn_id IS NULL AND conversation_id IS NOT NULL;
