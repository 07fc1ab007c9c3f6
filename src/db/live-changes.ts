import { type LiveChange, readLiveChange } from '../domain/live-change.ts';
import type { SqlPool, Tx } from './client.ts';
import { type Listening, listenTo } from './listen.ts';

/** Tells every web process that a message got further; best effort, pages that hear nothing are true again when loaded. */
export type TellStatus = (outboundId: string) => void;

// Many changes are one statement; a person does not see the difference.
const TELL_AT_MOST_EVERY_MS = 50;

/**
 * Tells of what status callbacks and the delivery of messages write, from outside their transactions, which would otherwise
 * wait for each other to commit (db/work-nudges.createNudger). New messages of ours and who has a conversation are told of
 * by triggers, what customers write by the one who sorts it.
 */
export function createStatusTeller(pool: SqlPool, onError: (error: Error) => void): TellStatus {
  let outboundIds = new Set<string>();
  let isResting = false;

  function tell(): void {
    const values = [[...outboundIds]];
    outboundIds = new Set();
    isResting = true;
    pool.query(TELL, values).catch(onError);
    setTimeout(() => {
      isResting = false;
      if (outboundIds.size > 0) tell();
    }, TELL_AT_MOST_EVERY_MS);
  }

  return (outboundId) => {
    outboundIds.add(outboundId);
    if (!isResting) tell();
  };
}

const TELL = `
  SELECT pg_notify('live', json_build_object('kind', 'status', 'conversationId', conversation_id,
    'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text)
  FROM (SELECT DISTINCT conversation_id FROM outbound_messages WHERE id = ANY($1::uuid[])) changed`;

/** Tells, on commit, that customers of these conversations wrote. */
export async function tellMessagesIn(tx: Tx, conversationIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    SELECT pg_notify('live', json_build_object('kind', 'message_in', 'conversationId', conversation_id,
      'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text)
    FROM unnest(${conversationIds}::uuid[]) conversation_id`;
}

/** `reread`: changes may have gone unheard, look at everything again. */
export type LiveListener = (change: LiveChange | 'reread') => void;
export type LiveChanges = {
  /** Hears of every change from now on; `reread` comes first, as soon as nothing goes unheard. Returns the way out. */
  subscribe(listener: LiveListener): () => void;
  stop(): Promise<void>;
};

/** One LISTEN connection for all who subscribe in this process, opened with the first of them. */
export function createLiveChanges(databaseUrl: string, onError: (error: Error) => void): LiveChanges {
  const listeners = new Set<LiveListener>();
  let listening: Listening | undefined;
  let isHearing = false;
  const tellAll: LiveListener = (change) => {
    for (const listener of listeners) listener(change);
  };

  const listen = () =>
    listenTo('live', {
      databaseUrl,
      onPayload(payload) {
        const change = readLiveChange(payload);
        if (change) tellAll(change);
      },
      onListening() {
        isHearing = true;
        tellAll('reread');
      },
      onError(error) {
        isHearing = false;
        onError(error);
      },
    });

  return {
    subscribe(listener) {
      listeners.add(listener);
      listening ??= listen();
      if (isHearing) listener('reread');
      return () => {
        listeners.delete(listener);
      };
    },
    async stop() {
      listeners.clear();
      await listening?.stop();
    },
  };
}
