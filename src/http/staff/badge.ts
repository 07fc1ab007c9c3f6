import { type ConcernCounts, countFor } from '../../domain/concern.ts';
import type { StaffRole } from '../../domain/staff-role.ts';

/** How old the count in a page may be: every page asks, and one statement answers all of a few seconds. */
const KEPT_MS = 3_000;

/** How many things need somebody, for the number that every page shows. */
export type Badge = {
  /** `maxAgeMs`: how old the answer may be; 3 seconds unless told. */
  countFor(role: StaffRole, maxAgeMs?: number): Promise<number>;
  /** Somebody just did something: the next answer is counted anew. */
  forget(): void;
};

/** The count of this process, asked for once by however many pages want it at the same time. */
export function createBadge({ count }: { count: () => Promise<ConcernCounts> }): Badge {
  let kept: { counts: Promise<ConcernCounts>; askedAt: number } | undefined;

  function counts(maxAgeMs: number): Promise<ConcernCounts> {
    if (kept && performance.now() - kept.askedAt < maxAgeMs) return kept.counts;
    const asked = { counts: count(), askedAt: performance.now() };
    kept = asked;
    // An answer that failed is no answer to others.
    asked.counts.catch(() => {
      if (kept === asked) kept = undefined;
    });
    return asked.counts;
  }

  return {
    countFor: async (role, maxAgeMs = KEPT_MS) => countFor(await counts(maxAgeMs), role),
    forget() {
      kept = undefined;
    },
  };
}
