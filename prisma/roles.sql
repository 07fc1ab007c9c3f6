-- What the shop's own processes may do in the database, and no more: read and write rows. Whoever owns the database runs this once,
-- before or after `npm run db:migrate` (safe to repeat), and keeps running the migrations; web, worker and commands then log in as
-- a member of this role:
--   CREATE ROLE shop LOGIN PASSWORD '...' IN ROLE comptoir_app;
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'comptoir_app') THEN
    CREATE ROLE comptoir_app NOLOGIN;
  END IF;
END
$$;

-- Before PostgreSQL 15 everybody may make tables in `public`.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO comptoir_app;

-- No TRUNCATE (it passes by the triggers that keep ledgers as they are), no REFERENCES, no TRIGGER.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO comptoir_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO comptoir_app;
-- What later migrations, run by the same owner, will make.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO comptoir_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO comptoir_app;

-- Which migrations ran is the owner's book. Made here when there is none yet, as src/db/migrate.ts makes it.
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0);
REVOKE INSERT, UPDATE, DELETE ON _prisma_migrations FROM comptoir_app;
