import { describeError } from '../domain/errors.ts';
import type { Log } from '../ports.ts';

export type WorkLoop = {
  /** There may be work: look now instead of at the next poll. */
  nudge(): void;
  /** Takes nothing new and waits until what was begun is done. */
  stop(): Promise<void>;
};

/**
 * Repeats `step` (claim one piece of work and do it; false when there was none) in some lanes side by side. A nudge
 * makes it quick, the poll makes it certain. A step that throws is logged and tried again after a poll.
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
        clearTimeout(timer);
        sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, options.pollMs);
      sleepers.add(wake);
    });
  }

  async function runLane(): Promise<void> {
    while (!stopping) {
      let worked = false;
      try {
        worked = await options.step();
      } catch (error) {
        options.log.error({ loop: options.name, error: describeError(error) }, 'work step failed');
      }
      if (!worked && !stopping) await rest();
    }
  }

  const wakeAll = () => {
    for (const wake of [...sleepers]) wake();
  };
  const lanes = Array.from({ length: options.lanes }, runLane);
  return {
    nudge: wakeAll,
    async stop() {
      stopping = true;
      wakeAll();
      await Promise.all(lanes);
    },
  };
}
