-- One kind of deed, by anybody or by one person, newest first.
-- CreateIndex
CREATE INDEX "audit_entries_action_seq_idx" ON "audit_entries"("action", "seq");

-- CreateIndex
CREATE INDEX "audit_entries_actor_action_seq_idx" ON "audit_entries"("actor", "action", "seq");
