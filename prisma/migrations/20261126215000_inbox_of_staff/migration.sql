-- Up to which of the customer's messages staff have looked; null: to none.
-- AlterTable
ALTER TABLE "conversations" ADD COLUMN "staff_read_seq" BIGINT;
