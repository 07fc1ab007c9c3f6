-- AlterTable
ALTER TABLE "payment_attempts" ADD COLUMN     "asked_at" TIMESTAMPTZ(3),
ADD COLUMN     "session_open" BOOLEAN NOT NULL DEFAULT true;
