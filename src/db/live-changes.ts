import { type LiveChange, readLiveChange } from '../domain/live-change.ts';
import type { SqlPool } from './client.ts';
import { type Listening, listenTo } from './listen.ts';

/** What was stored, by the id its writer knows: the conversation is looked up when it is told. */
export type StoredChange = { kind: 'message_in'; messageSid: string } | { kind: 'status'; outboundId: string };
/** Tells every web process; best effort, pages that hear nothing are true again when they are loaded. */
export type TellLive = (change: StoredChange) => void;

// Many changes are one statement; a person does not see the difference.
const TELL_AT_MOST_EVERY_MS = 50;

/**
 * Tells of what webhooks and the delivery of messages write, from outside their transactions, which would otherwise wait
 * for each other to commit (db/work-nudges.createNudger). New messages of ours and who has a conversation are told of by
 * triggers.
 */
export function createLiveTeller(pool: SqlPool, onError: (error: Error) => void): TellLive {
  let messageSids = new Set<string>();
  let outboundIds = new Set<string>();
  let isResting = false;

  function tell(): void {
    const values = [[...messageSids], [...outboundIds]];
    messageSids = new Set();
    outboundIds = new Set();
    isResting = true;
    pool.query(TELL, values).catch(onError);
    setTimeout(() => {
      isResting = false;
      if (messageSids.size + outboundIds.size > 0) tell();
    }, TELL_AT_MOST_EVERY_MS);
  }

  return (change) => {
    if (change.kind === 'message_in') messageSids.add(change.messageSid);
    else outboundIds.add(change.outboundId);
    if (!isResting) tell();
  };
}

const TELL = `
  SELECT pg_notify('live', json_build_object('kind', kind, 'conversationId', conversation_id,
    'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text)
  FROM (
    SELECT 'message_in' AS kind, conversation_id FROM inbound_messages WHERE message_sid = ANY($1::text[])
    UNION SELECT 'status', conversation_id FROM outbound_messages WHERE id = ANY($2::uuid[])
  ) changed`;

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
