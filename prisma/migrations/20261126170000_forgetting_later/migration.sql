-- They asked to be forgotten while an order was open: erased once it is over.
ALTER TABLE "customers" ADD COLUMN     "erase_asked_at" TIMESTAMPTZ(3);
CREATE INDEX "customers_erase_asked_at_idx" ON "customers"("erase_asked_at") WHERE "erase_asked_at" IS NOT NULL;

-- CreateTable: who had said STOP before they were forgotten, by a keyed hash of their address.
CREATE TABLE "forgotten_opt_outs" (
    "address_hash" TEXT NOT NULL,
    "opted_out_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "forgotten_opt_outs_pkey" PRIMARY KEY ("address_hash")
);
