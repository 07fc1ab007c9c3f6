-- The latest conversations are those of the latest messages: without an order to walk in, each look read every message there is.
CREATE INDEX "inbound_messages_seq_idx" ON "inbound_messages"("seq");

-- What was written before staff had an inbox is not news.
UPDATE conversations v SET staff_read_seq = (SELECT max(seq) FROM inbound_messages WHERE conversation_id = v.id)
WHERE staff_read_seq IS NULL AND EXISTS (SELECT FROM customers c WHERE c.id = v.customer_id AND c.last_inbound_at < now() - interval '7 days');
