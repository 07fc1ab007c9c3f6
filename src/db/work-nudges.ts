import type { SqlPool } from './client.ts';
import { type Listening, listenTo } from './listen.ts';

export type WorkTopic =
  | 'inbox'
  | 'turns'
  | 'messages'
  | 'payment_events'
  | 'checkouts'
  | 'refunds'
  | 'notifications'
  | 'imports';
/** Says that there is work of this kind; best effort, polling stands behind it. */
export type Nudge = (topic: WorkTopic) => void;

// Under load one NOTIFY tells of many rows; a person does not see the difference.
const NUDGE_AT_MOST_EVERY_MS = 25;

/**
 * Nudges from outside the transaction that stored the work, at most every 25 ms for each topic. Webhooks use this and no
 * trigger: PostgreSQL lets only one transaction with a NOTIFY commit at a time, which would have every webhook wait for
 * the disk in turn (docs/performance.md).
 */
export function createNudger(pool: SqlPool, onError: (error: Error) => void): Nudge {
  const resting = new Map<WorkTopic, { again: boolean }>();

  function tell(topic: WorkTopic): void {
    const rest = { again: false };
    resting.set(topic, rest);
    pool.query(`SELECT pg_notify('work', $1)`, [topic]).catch(onError);
    setTimeout(() => {
      resting.delete(topic);
      if (rest.again) tell(topic);
    }, NUDGE_AT_MOST_EVERY_MS);
  }

  return (topic) => {
    const rest = resting.get(topic);
    if (rest) rest.again = true;
    else tell(topic);
  };
}

/**
 * Hears of new work (NOTIFY on channel "work", by triggers and createNudger). Only a nudge: a lost one costs a poll
 * interval. Reconnects by itself and nudges everything after a gap.
 */
export function listenForWork(
  databaseUrl: string,
  onWork: (topic: WorkTopic | 'all') => void,
  onError: (error: Error) => void,
): Listening {
  return listenTo('work', {
    databaseUrl,
    onPayload: (payload) => onWork((payload || 'all') as WorkTopic),
    onListening: () => onWork('all'),
    onError,
  });
}
