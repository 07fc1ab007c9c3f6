import pg from 'pg';

const RECONNECT_MS = 1_000;
const HEARTBEAT_MS = 30_000;
const CONNECT_MS = 10_000;

export type Listening = { stop(): Promise<void> };

/**
 * Hears what is NOTIFYed on a channel, over a connection of its own that comes back by itself. `onListening` runs each
 * time it hears (again): what was said in between is lost, so whoever listens looks for itself then. A connection that only
 * listens would not notice that a firewall on the way forgot it: it is asked every `heartbeatMs` whether it is there.
 */
export function listenTo(
  channel: 'work' | 'live',
  options: {
    databaseUrl: string;
    onPayload: (payload: string) => void;
    onListening: () => void;
    onError: (error: Error) => void;
    heartbeatMs?: number;
  },
): Listening {
  const { databaseUrl, onPayload, onListening, onError, heartbeatMs = HEARTBEAT_MS } = options;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  let stopped = false;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: heartbeatMs,
    });
    client = fresh;
    // One that was left for another has no more to say.
    const isLost = (error: Error) => void (client === fresh && reconnectLater(error));
    fresh.on('notification', ({ payload = '' }) => onPayload(payload));
    // A dying connection may report more than one error, and an unheard one ends the process.
    fresh.on('error', isLost);
    fresh.once('end', () => isLost(new Error('the LISTEN connection ended')));
    await fresh.connect();
    await fresh.query(`LISTEN ${channel}`);
    const askLater = () => {
      if (stopped || client !== fresh) return;
      heartbeat = setTimeout(() => void fresh.query('SELECT 1').then(askLater, isLost), heartbeatMs);
    };
    askLater();
    onListening();
  }

  function reconnectLater(error: Error): void {
    if (stopped || retry) return;
    onError(error);
    clearTimeout(heartbeat);
    void client?.end().catch(() => {});
    retry = setTimeout(() => {
      retry = undefined;
      connect().catch(reconnectLater);
    }, RECONNECT_MS);
  }

  connect().catch(reconnectLater);
  return {
    async stop() {
      stopped = true;
      clearTimeout(retry);
      clearTimeout(heartbeat);
      await client?.end().catch(onError);
    },
  };
}
