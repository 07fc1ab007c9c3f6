/**
 * How long a claim holds by itself, in seconds of PostgreSQL's clock. It is renewed for as long as the work goes on, so only a
 * worker that died, or hears nothing of the database, loses what it began: to another, within this time.
 */
export const LEASE_SECONDS = 8;
const RENEW_EVERY_MS = 2_000;

type Lease = {
  /** Moves the claim's end on, if it is still ours. */
  renew: () => Promise<unknown>;
  /** A renewal that fails costs nothing yet: the next ones come before the lease ends. */
  onError: (error: unknown) => void;
};

/** Does `work` while the claim it was begun under is kept. Whoever loses it all the same is stopped by the fencing token. */
export async function underLease<T>({ renew, onError }: Lease, work: () => Promise<T>): Promise<T> {
  const renewal = setInterval(() => void renew().catch(onError), RENEW_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
  }
}
