/** A burst at once, then one every so often: what was not used comes back with time, never above the burst. */
export type Pace = { burst: number; everyMs: number };

/** For what WhatsApp takes of one sender in a second: a burst and what follows it in its second stay within that. */
export function senderPace(messagesPerSecond: number): Pace {
  const burst = Math.max(1, Math.floor(messagesPerSecond / 4));
  return { burst, everyMs: 1000 / Math.max(1, messagesPerSecond - burst) };
}

/**
 * About one in six seconds to one customer in the long run (platform-facts). Answers come in bursts, and must never feel
 * slow to somebody who is buying: a whole purchase is some fifteen messages.
 */
export const CUSTOMER_PACE: Pace = { burst: 20, everyMs: 6_000 };

/** How far ahead of now a pace may be used up while one more may still go. */
export const toleranceMs = ({ burst, everyMs }: Pace): number => Math.floor((burst - 1) * everyMs);
