-- AlterTable
ALTER TABLE "conversations" ADD COLUMN     "human_by" TEXT,
ADD COLUMN     "staff_last_at" TIMESTAMPTZ(3);

-- AddForeignKey
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_human_by_fkey" FOREIGN KEY ("human_by") REFERENCES "staff_members"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Who has it and since when are nothing without a pause.
ALTER TABLE conversations ADD CONSTRAINT conversations_person_has_it
  CHECK (human_since IS NOT NULL OR (human_by IS NULL AND staff_last_at IS NULL));

-- Few of many conversations are with a person; the rest costs this index nothing.
CREATE INDEX conversations_with_a_person ON conversations (human_since) WHERE human_since IS NOT NULL;

-- Open pages hear of what changed, by id only: no text, no number (db/live-changes.ts). In the transaction, and so on
-- commit, where there is a NOTIFY already (a new message wakes its worker) or where it is rare (a person takes over). What
-- webhooks write is told of by the process that wrote it, from outside its transaction.
CREATE FUNCTION tell_messages_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('live', json_build_object('kind', 'message_out', 'conversationId', conversation_id,
    'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text)
  FROM (SELECT DISTINCT conversation_id FROM written) changed;
  RETURN NULL;
END $$;
CREATE TRIGGER outbound_messages_live AFTER INSERT ON outbound_messages
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tell_messages_out();

CREATE FUNCTION tell_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('live', json_build_object('kind', 'conversation', 'conversationId', NEW.id,
    'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text);
  RETURN NULL;
END $$;
CREATE TRIGGER conversations_live AFTER UPDATE OF human_since, human_by, staff_last_at ON conversations
  FOR EACH ROW WHEN ((OLD.human_since, OLD.human_by, OLD.staff_last_at)
    IS DISTINCT FROM (NEW.human_since, NEW.human_by, NEW.staff_last_at))
  EXECUTE FUNCTION tell_conversation();
