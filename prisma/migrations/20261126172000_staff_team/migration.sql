-- CreateEnum
CREATE TYPE "StaffLinkPurpose" AS ENUM ('invite', 'reset');

-- AlterTable
ALTER TABLE "staff_members" ADD COLUMN "last_seen_at" TIMESTAMPTZ(3), ADD COLUMN "removed_at" TIMESTAMPTZ(3);

-- Who left before there was a page for it has lost the account already.
UPDATE "staff_members" SET "removed_at" = now()
  WHERE NOT EXISTS (SELECT 1 FROM "staff_accounts" WHERE "user_id" = "staff_members"."id");

-- CreateTable
CREATE TABLE "staff_links" (
    "token_hash" TEXT NOT NULL,
    "purpose" "StaffLinkPurpose" NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "created_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "staff_links_pkey" PRIMARY KEY ("token_hash")
);

-- CreateIndex
CREATE INDEX "staff_links_email_purpose_idx" ON "staff_links"("email", "purpose");
