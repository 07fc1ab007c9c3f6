-- AlterEnum
ALTER TYPE "OutboundStatus" ADD VALUE 'superseded';

-- AlterTable
ALTER TABLE "message_templates" DROP CONSTRAINT "message_templates_pkey",
ADD COLUMN     "wanted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD CONSTRAINT "message_templates_pkey" PRIMARY KEY ("key", "locale", "digest");
