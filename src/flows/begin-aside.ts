import { describeError } from '../domain/errors.ts';
import type { Log } from '../ports.ts';

/** Work nobody waits for, so that how long it takes tells nobody anything: what fails is logged. */
export type Aside = {
  begin(what: string, act: () => Promise<unknown>): void;
  /** When all that was begun is over: a process that stops waits for it. */
  isOver(): Promise<void>;
};

export function createAside(log: Log): Aside {
  const underWay = new Set<Promise<void>>();
  return {
    begin(what, act) {
      const work = act()
        .then(() => {})
        .catch((error) => log.error({ what, error: describeError(error) }, 'work nobody waits for failed'))
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    async isOver() {
      await Promise.all(underWay);
    },
  };
}
