-- Asked every hour, and every five minutes: of all years' rows those of a day.
CREATE INDEX IF NOT EXISTS "orders_status_closed_at_idx" ON "orders"("status", "closed_at");
CREATE INDEX IF NOT EXISTS outbound_messages_failed_at ON outbound_messages (failed_at) WHERE status IN ('failed', 'undelivered');
