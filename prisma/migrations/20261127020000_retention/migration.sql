-- Which conversations have something to let go, found without reading messages. Null: all since created_at, so that old code,
-- which does not know the columns, goes on as it is.
ALTER TABLE "conversations" ADD COLUMN     "raw_kept_since" TIMESTAMPTZ(3),
ADD COLUMN     "words_kept_since" TIMESTAMPTZ(3);
CREATE INDEX conversations_raw_kept ON conversations (COALESCE(raw_kept_since, created_at), id);
CREATE INDEX conversations_words_kept ON conversations (COALESCE(words_kept_since, created_at), id);

-- Never written again once a customer is there, so it costs the message's way nothing.
CREATE INDEX customers_known_since ON customers (created_at, id) WHERE NOT starts_with(channel_address, 'forgotten:');

-- Rows stay, for their unique keys; what they said is let go.
ALTER TABLE "payment_events" ADD COLUMN     "emptied_at" TIMESTAMPTZ(3);
CREATE INDEX payment_events_whole ON payment_events (received_at) WHERE emptied_at IS NULL;
ALTER TABLE "notifications" ADD COLUMN     "emptied_at" TIMESTAMPTZ(3);
CREATE INDEX notifications_whole ON notifications (created_at) WHERE emptied_at IS NULL;

-- Who was named in a notice is looked for when they are forgotten.
CREATE INDEX notifications_of_conversation ON notifications ((content #>> '{notice,values,conversationId}'))
  WHERE content #>> '{notice,values,conversationId}' IS NOT NULL;

-- CreateTable
CREATE TABLE "consent_events" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "seq" BIGSERIAL NOT NULL,
    "customer_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "how" TEXT NOT NULL,
    "message_sid" TEXT,
    "word" TEXT,
    "address_hash" TEXT,
    "happened_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "consent_events_pkey" PRIMARY KEY ("id"),
    CONSTRAINT consent_events_kind CHECK (kind IN ('opted_out', 'opted_in')),
    CONSTRAINT consent_events_how CHECK (how IN ('message', 'twilio', 'remembered', 'before_records'))
);

-- CreateIndex
CREATE INDEX "consent_events_customer_id_seq_idx" ON "consent_events"("customer_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "consent_events_message_sid_kind_key" ON "consent_events"("message_sid", "kind");

-- AddForeignKey
ALTER TABLE "consent_events" ADD CONSTRAINT "consent_events_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Only ever added to: who was forgotten loses their words and becomes a hash, and goes when the time to ask is over.
CREATE FUNCTION guard_consent_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('comptoir.erasing', true) = 'on' THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF (OLD.id, OLD.seq, OLD.customer_id, OLD.kind, OLD.how, OLD.happened_at)
      IS NOT DISTINCT FROM (NEW.id, NEW.seq, NEW.customer_id, NEW.kind, NEW.how, NEW.happened_at) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'what customers said about messages is only ever added to' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER consent_events_append_only BEFORE UPDATE OR DELETE ON consent_events
  FOR EACH ROW EXECUTE FUNCTION guard_consent_event();

-- Whoever has stopped before there was a history: the time is known, the word is not. Of those who were forgotten it is no word of theirs.
INSERT INTO consent_events (customer_id, kind, how, happened_at)
SELECT id, 'opted_out', 'before_records', opted_out_at FROM customers
WHERE opted_out_at IS NOT NULL AND NOT starts_with(channel_address, 'forgotten:');

-- Erasing a person takes what staff noted about them out of the log: who did what, to which order and when, stays.
CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('comptoir.erasing', true) = 'on' AND (OLD.id, OLD.seq, OLD.actor, OLD.action, OLD.subject, OLD.created_at, OLD.details - 'note')
    IS NOT DISTINCT FROM (NEW.id, NEW.seq, NEW.actor, NEW.action, NEW.subject, NEW.created_at, NEW.details) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'check_violation';
END $$;
