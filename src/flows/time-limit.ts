/** How long a part of a run may begin new work. What is begun is finished: a call to Stripe may take longer than that. */
export type TimeLimit = { longestMs: number };

/** Whether the time is over, asked before each further piece of work. */
export function startTimer({ longestMs }: TimeLimit): () => boolean {
  const startedMs = performance.now();
  return () => performance.now() - startedMs > longestMs;
}
