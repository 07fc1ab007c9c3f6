-- AlterTable
ALTER TABLE "staff_members" ADD COLUMN "two_factor_enabled" BOOLEAN DEFAULT false;

-- CreateTable
CREATE TABLE "staff_two_factors" (
    "id" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "backup_codes" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "verified" BOOLEAN DEFAULT true,
    "failed_verification_count" INTEGER DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),

    CONSTRAINT "staff_two_factors_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "staff_two_factors_secret_idx" ON "staff_two_factors"("secret");

-- CreateIndex
CREATE INDEX "staff_two_factors_user_id_idx" ON "staff_two_factors"("user_id");

-- The whole log, newest first, and what one person did.
-- CreateIndex
CREATE INDEX "audit_entries_actor_seq_idx" ON "audit_entries"("actor", "seq");

-- CreateIndex
CREATE INDEX "audit_entries_seq_idx" ON "audit_entries"("seq");

-- AddForeignKey
ALTER TABLE "staff_two_factors" ADD CONSTRAINT "staff_two_factors_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "staff_members"("id") ON DELETE CASCADE ON UPDATE CASCADE;
