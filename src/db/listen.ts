import pg from 'pg';

const RECONNECT_MS = 1_000;

export type Listening = { stop(): Promise<void> };

/**
 * Hears what is NOTIFYed on a channel, over a connection of its own that comes back by itself. `onListening` runs each
 * time it hears (again): what was said in between is lost, so whoever listens looks for itself then.
 */
export function listenTo(
  channel: 'work' | 'live',
  options: {
    databaseUrl: string;
    onPayload: (payload: string) => void;
    onListening: () => void;
    onError: (error: Error) => void;
  },
): Listening {
  const { databaseUrl, onPayload, onListening, onError } = options;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: databaseUrl });
    client = fresh;
    fresh.on('notification', ({ payload = '' }) => onPayload(payload));
    // A dying connection may report more than one error, and an unheard one ends the process.
    fresh.on('error', reconnectLater);
    fresh.once('end', () => reconnectLater(new Error('the LISTEN connection ended')));
    await fresh.connect();
    await fresh.query(`LISTEN ${channel}`);
    onListening();
  }

  function reconnectLater(error: Error): void {
    if (stopped || retry) return;
    onError(error);
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
      await client?.end().catch(onError);
    },
  };
}
