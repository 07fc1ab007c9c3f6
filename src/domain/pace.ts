/** A burst at once, then one every so often: what was not used comes back with time, never above the burst. */
export type Pace = { burst: number; everyMs: number };

/** WhatsApp takes 80 messages a second of one sender: a burst and what follows it in its second stay under that. */
export const SENDER_PACE: Pace = { burst: 20, everyMs: 1000 / 60 };

/**
 * About one in six seconds to one customer in the long run (platform-facts). Answers come in bursts, and must never feel
 * slow to somebody who is buying: a whole purchase is some fifteen messages.
 */
export const CUSTOMER_PACE: Pace = { burst: 20, everyMs: 6_000 };

/** How far ahead of now a pace may be used up while one more may still go. */
export const toleranceMs = ({ burst, everyMs }: Pace): number => Math.floor((burst - 1) * everyMs);
