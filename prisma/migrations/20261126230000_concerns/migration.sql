-- What needs somebody of the shop (db/concern-sources.ts). One migration for each table that is busy: none waits for the lock of a
-- table while it holds another's.

-- AlterTable
ALTER TABLE "model_pauses" ADD COLUMN     "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "concern_notices" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "told_at" TIMESTAMPTZ(3),
    "told" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "concern_notices_pkey" PRIMARY KEY ("id")
);
ALTER TABLE concern_notices ADD CONSTRAINT concern_notices_one_row CHECK (id = 1);
INSERT INTO concern_notices DEFAULT VALUES;

-- Open pages hear that the badge may have changed. What is told of an order or a conversation is told already; what else counts is
-- rare. The time is the transaction's, so that an import that lowers a thousand levels tells it once.
CREATE FUNCTION tell_concern() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('live', json_build_object('kind', 'concern',
    'at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text);
  RETURN NULL;
END $$;
CREATE TRIGGER message_templates_concern AFTER INSERT OR UPDATE OF approval OR DELETE ON message_templates
  FOR EACH STATEMENT EXECUTE FUNCTION tell_concern();
