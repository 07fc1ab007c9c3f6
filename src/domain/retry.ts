/** Seconds before try n+1: 2, 4, 8 ... capped; enough to ride out a vendor's bad minute without hammering it. */
export const backoffSeconds = (tries: number, capSeconds = 300): number =>
  Math.min(capSeconds, 2 ** Math.min(tries, 16));
