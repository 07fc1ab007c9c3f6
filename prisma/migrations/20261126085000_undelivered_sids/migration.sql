-- AlterTable
ALTER TABLE "outbound_messages" ADD COLUMN     "undelivered_sids" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- What was marked in last_error until now.
UPDATE outbound_messages SET undelivered_sids = ARRAY[substring(last_error FROM '^undelivered as (.+)$')]
WHERE last_error LIKE 'undelivered as %';
