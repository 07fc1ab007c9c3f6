-- CreateEnum
CREATE TYPE "ReconciliationPart" AS ENUM ('attempts', 'events', 'stuck', 'ledger');

-- AlterTable
ALTER TABLE "payment_events" ADD COLUMN     "recovered" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "reconciliations" (
    "part" "ReconciliationPart" NOT NULL,
    "day" DATE NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "covered_until" TIMESTAMPTZ(3),
    "repaired" INTEGER NOT NULL DEFAULT 0,
    "remaining" INTEGER NOT NULL DEFAULT 0,
    "details" JSONB NOT NULL DEFAULT '{}',
    "error" TEXT,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reconciliations_pkey" PRIMARY KEY ("part","day")
);

-- CreateIndex
CREATE INDEX "payments_received_at_idx" ON "payments"("received_at");

-- CreateIndex
CREATE INDEX "refunds_created_at_idx" ON "refunds"("created_at");

-- Webhooks bring nearly everything: the few that they did not bring are counted on every look at /metrics.
CREATE INDEX payment_events_recovered ON payment_events (received_at) WHERE recovered;
