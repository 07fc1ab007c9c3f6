import pg from 'pg';

/** What everybody may read of another's connection: never what it does. */
const BLOCKING = `SELECT pid, usename AS role, application_name AS program FROM pg_stat_activity
  WHERE pid = ANY (pg_blocking_pids($1)) ORDER BY pid LIMIT 5`;

type Blocking = { pid: number; role: string | null; program: string };

const described = ({ pid, role, program }: Blocking) =>
  `process ${pid}${program && ` (${program})`}${role ? ` of role ${role}` : ''}`;

/**
 * Looks from a connection of its own, every so often, at whom the connection `pid` waits for: it cannot ask itself while
 * it waits, and afterwards it waits for nobody. What cannot be seen is not said, and stops nobody.
 */
export function watchWhoIsInTheWay(connectionString: string, pid: number, everyMs: number) {
  // Opened by the first look: most are done before it.
  let client: pg.Client | undefined;
  let last: Blocking[] = [];
  async function look(): Promise<void> {
    if (!client) {
      client = new pg.Client({ connectionString });
      client.on('error', () => {});
      await client.connect();
    }
    const { rows } = await client.query<Blocking>(BLOCKING, [pid]);
    if (rows.length > 0) last = rows;
  }
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => {});
  }, everyMs);
  return {
    /** Whom it waited for last: " by ..." to end a sentence with; nothing where that was not seen. */
    async seen(): Promise<string> {
      await looking;
      return last.length === 0 ? '' : ` by ${last.map(described).join(', ')}`;
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await looking;
      await client?.end().catch(() => {});
    },
  };
}
