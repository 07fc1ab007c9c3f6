import { saysStop } from './intents.ts';

/**
 * More messages than this within a minute are no conversation: a stuck key, a script, a prank. Each is kept; they are
 * answered together, a minute later, and their sender is told so at most once an hour.
 */
export const FLOOD = { messagesPerMinute: 30, slowedSeconds: 60, noticeEveryMinutes: 60, answered: 10 } as const;

/**
 * What of a flood is answered: its end, nothing twice, so that neither the model nor its sender gets a flood back; and a
 * STOP wherever it stands. A turn of fewer messages is answered whole.
 */
export function endOfFlood<T extends { body: string; payload: string | null }>(messages: readonly T[]): T[] {
  if (messages.length <= FLOOD.messagesPerMinute) return [...messages];
  // Of what was said several times a map keeps the last one.
  const latest = new Set(
    new Map(messages.map((each) => [JSON.stringify([each.body.trim(), each.payload]), each])).values(),
  );
  const kept = new Set(messages.filter((message) => latest.has(message)).slice(-FLOOD.answered));
  const stop = messages.findLast(({ body, payload }) => payload === null && saysStop(body));
  return messages.filter((message) => kept.has(message) || message === stop);
}
