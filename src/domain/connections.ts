/** For what vendors post, beside the pool: one for each store of db/gather-writes. Only who answers HTTP opens them. */
export const INTAKE_CONNECTIONS = 2;
/** What a command's pool holds at most. */
export const COMMAND_CONNECTIONS = 4;
/** Of `db:migrate`: its own, and one that looks who is in its way. */
export const MIGRATION_CONNECTIONS = 2;
/**
 * Nothing that holds a connection asks for another, so one would do; with two, customers are answered while an import's batch or a
 * night's counting takes the other.
 */
export const SMALLEST_POOL = 2;
export const LARGEST_POOL = 200;
/** A worker hears of work, a web of changes while staff have a page open. */
const LISTEN_CONNECTIONS = 1;

/** The most connections to PostgreSQL a process holds with a pool of that size. The clock, sessions and /metrics have none beside it. */
export function connectionsOf(role: 'web' | 'worker' | 'both', poolSize: number): number {
  const web = INTAKE_CONNECTIONS + LISTEN_CONNECTIONS;
  const beside = { web, worker: LISTEN_CONNECTIONS, both: web + LISTEN_CONNECTIONS };
  return poolSize + beside[role];
}

/** How many connections PostgreSQL lets a role open; null: as many as the server has. */
export type ConnectionLimits = { role: number | null; database: number | null; server: number };

export type ConnectionJudgement = {
  /** Of a web and a worker. */
  held: number;
  /** While a deploy replaces them: those that end and those that begin. A command fits beside one of each. */
  heldInDeploy: number;
  allowed: number;
  allowedBy: keyof ConnectionLimits;
  fits: boolean;
  /** Of the pool; null: not even the smallest fits. */
  largestThatFits: number | null;
};

/** Whether a web and a worker get the connections they may ask for, through a deploy as well. */
export function judgeConnections(poolSize: number, limits: ConnectionLimits): ConnectionJudgement {
  const allowed = Math.min(limits.role ?? Infinity, limits.database ?? Infinity, limits.server);
  const allowedBy = (['role', 'database', 'server'] as const).find((by) => limits[by] === allowed) ?? 'server';
  const held = (size: number) => connectionsOf('web', size) + connectionsOf('worker', size);
  const largest = Math.floor((allowed / 2 - held(0)) / 2);
  return {
    held: held(poolSize),
    heldInDeploy: 2 * held(poolSize),
    ...{ allowed, allowedBy },
    fits: 2 * held(poolSize) <= allowed,
    largestThatFits: largest < SMALLEST_POOL ? null : largest,
  };
}
