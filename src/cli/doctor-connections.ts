import type { Config } from '../config.ts';
import { type ConnectionLimits, judgeConnections, SMALLEST_POOL } from '../domain/connections.ts';
import type { Finding } from './doctor-finding.ts';

const WHO_ALLOWS = { role: 'the role may hold', database: 'this database allows', server: 'the server allows' };

/** Whether one web and one worker get their connections, through a deploy as well; else what to set. */
export function examineConnections(config: Config, limits: ConnectionLimits): Finding {
  const { databasePoolSize, databaseUrl, directDatabaseUrl } = config;
  if (directDatabaseUrl && directDatabaseUrl !== databaseUrl) {
    const detail = 'a pooler stands between (DIRECT_DATABASE_URL): what it may open is its own setting';
    return { what: 'connections', state: 'ok', detail };
  }
  const judged = judgeConnections(databasePoolSize, limits);
  const { held, heldInDeploy, allowed, allowedBy, fits, largestThatFits } = judged;
  const detail = `with DATABASE_POOL_SIZE=${databasePoolSize} a web and a worker hold up to ${held}, and ${heldInDeploy} while a deploy replaces them; ${WHO_ALLOWS[allowedBy]} ${allowed}`;
  if (fits) return { what: 'connections', state: 'ok', detail };
  const toSet =
    largestThatFits === null
      ? `take a database that allows ${judgeConnections(SMALLEST_POOL, limits).heldInDeploy} or more, and set DATABASE_POOL_SIZE=${SMALLEST_POOL}`
      : `set DATABASE_POOL_SIZE=${largestThatFits}, or take a database that allows ${heldInDeploy}`;
  return {
    what: 'connections',
    state: 'warning',
    detail,
    steps: [`connections can run out under load: ${toSet} (docs/scaling.md)`],
  };
}
