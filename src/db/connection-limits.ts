import type { ConnectionLimits } from '../domain/connections.ts';
import type { Db } from './client.ts';

/**
 * How many connections may be held by the role that asks, in this database, and by everybody who is no superuser. What PostgreSQL keeps
 * back for itself is not among them. A superuser, as the embedded one, is held by the server alone.
 */
export async function readConnectionLimits(db: Db): Promise<ConnectionLimits> {
  const [limits] = await db.$queryRaw<ConnectionLimits[]>`
    SELECT CASE WHEN NOT rolsuper AND rolconnlimit >= 0 THEN rolconnlimit END AS role,
      CASE WHEN NOT rolsuper AND datconnlimit >= 0 THEN datconnlimit END AS database,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        -- Since PostgreSQL 16.
        - COALESCE(current_setting('reserved_connections', true)::int, 0) AS server
    FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`;
  if (!limits) throw new Error('PostgreSQL does not know who asks');
  return limits;
}
