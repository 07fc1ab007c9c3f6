-- The daily report asks who wrote on one day; messages lie in the order they came, so a thousandth of a btree's space finds them.
CREATE INDEX "inbound_messages_received_at_idx" ON "inbound_messages" USING BRIN ("received_at") WITH (autosummarize = on);
