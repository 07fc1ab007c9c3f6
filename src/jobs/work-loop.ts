import { describeError } from '../domain/errors.ts';
import type { Log } from '../ports.ts';

export type WorkLoop = {
  /** There may be work: look now instead of at the next poll. */
  nudge(): void;
  /** Takes nothing new and waits until what was begun is done. */
  stop(): Promise<void>;
};

/** How many lanes a nudge wakes: what one transaction brings is rarely more, and who finds work wakes the next. */
const NUDGED_LANES = 4;

/**
 * Repeats `step` (claim one piece of work and do it; false when there was none) in some lanes side by side. A nudge
 * makes it quick, the poll makes it certain: it wakes one lane that sleeps, whichever that is, so that one kept busy for long (a slow model) keeps no work
 * waiting, and many lanes cost an idle shop nothing. A step that throws is logged and tried again after a poll.
 */
export function startWorkLoop(options: {
  name: string;
  step: () => Promise<boolean>;
  lanes: number;
  pollMs: number;
  log: Log;
}): WorkLoop {
  let stopping = false;
  const sleepers = new Set<() => void>();

  function rest(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        sleepers.delete(wake);
        resolve();
      };
      sleepers.add(wake);
    });
  }

  const wakeUpTo = (count: number) => {
    for (const wake of [...sleepers].slice(0, count)) wake();
  };

  const poll = setInterval(() => wakeUpTo(1), options.pollMs);

  async function runLane(): Promise<void> {
    while (!stopping) {
      let worked = false;
      try {
        worked = await options.step();
      } catch (error) {
        options.log.error({ loop: options.name, error: describeError(error) }, 'work step failed');
      }
      if (worked) wakeUpTo(1);
      else if (!stopping) await rest();
    }
  }

  const lanes = Array.from({ length: options.lanes }, runLane);
  return {
    nudge: () => wakeUpTo(NUDGED_LANES),
    async stop() {
      stopping = true;
      clearInterval(poll);
      wakeUpTo(sleepers.size);
      await Promise.all(lanes);
    },
  };
}
