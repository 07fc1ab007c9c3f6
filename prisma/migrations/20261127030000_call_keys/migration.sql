-- Stripe keeps a 5xx under its idempotency key for a day: the next call goes under another. Null: idempotency_key, as old code calls.
ALTER TABLE "payment_attempts" ADD COLUMN     "call_key" TEXT;
