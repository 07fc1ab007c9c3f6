import pg from 'pg';

export type WorkTopic = 'turns' | 'messages' | 'payment_events' | 'checkouts' | 'refunds';

const RECONNECT_MS = 1_000;

/**
 * Hears of new work as it is committed (triggers NOTIFY on channel "work"). Only a nudge: a lost one costs a poll
 * interval. Reconnects by itself and nudges everything after a gap.
 */
export function listenForWork(
  databaseUrl: string,
  onWork: (topic: WorkTopic | 'all') => void,
  onError: (error: Error) => void,
): { stop(): Promise<void> } {
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: databaseUrl });
    client = fresh;
    fresh.on('notification', (notification) => onWork((notification.payload ?? 'all') as WorkTopic));
    // A dying connection may report more than one error, and an unheard one ends the process.
    fresh.on('error', reconnectLater);
    fresh.once('end', () => reconnectLater(new Error('the LISTEN connection ended')));
    await fresh.connect();
    await fresh.query('LISTEN work');
    onWork('all');
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
