-- AlterTable
ALTER TABLE "conversations" ADD COLUMN     "slow_notice_at" TIMESTAMPTZ(3),
ADD COLUMN     "slowed_until" TIMESTAMPTZ(3);
