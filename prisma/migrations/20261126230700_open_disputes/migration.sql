CREATE INDEX disputes_open ON disputes (due_by) WHERE closed_at IS NULL;
