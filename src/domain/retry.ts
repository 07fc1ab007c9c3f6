/** Seconds before try n+1: 2, 4, 8 ... capped; enough to ride out a vendor's bad minute without hammering it. */
export const backoffSeconds = (tries: number, capSeconds = 300): number =>
  Math.min(capSeconds, 2 ** Math.min(tries, 16));

/** The key of the next call after `callKey` was spent in try n: named after its try, so that none is used twice. */
export const nextCallKey = ({ callKey, tries }: { callKey: string; tries: number }): string =>
  `${callKey.replace(/:try-\d+$/, '')}:try-${tries + 1}`;
