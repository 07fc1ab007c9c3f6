-- Orders whose link could not be made stand on the team's list for a week (db/concern-sources.ts), which every page counts.
CREATE INDEX IF NOT EXISTS payment_attempts_given_up ON payment_attempts (closed_at) WHERE status = 'FAILED' AND session_id IS NULL;
