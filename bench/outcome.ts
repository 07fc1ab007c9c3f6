import { appendFileSync } from 'node:fs';

type Bound = { atLeast: number } | { atMost: number };

/** One line of the table of all benches. */
export type Outcome = {
  what: string;
  value: number;
  unit: string;
  /** What this machine does in the same run without what is measured, in the same unit. */
  bare?: {
    what: string;
    value: number;
    /** The median of the rounds' own, where rounds were compared one by one. */
    ratio?: number;
  };
  wanted?: Bound;
  wantedRatio?: Bound;
};

/** Hands over what was measured to whoever started this bench (bench/all.ts); nothing where it runs by itself. */
export function handOver(outcomes: readonly Outcome[]): void {
  for (const { what, value, bare } of outcomes) {
    // JSON makes null of NaN, and null is at most anything.
    if (!Number.isFinite(value) || (bare && !Number.isFinite(bare.value))) throw new Error(`${what}: was not measured`);
  }
  const file = process.env.BENCH_JSON;
  // A line each: what was measured before a later part fails still stands.
  if (file) appendFileSync(file, outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''));
}

export const parseOutcomes = (lines: string): Outcome[] =>
  lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** To the bare limit, where there is one. */
export const ratioOf = ({ value, bare }: Outcome): number | undefined => bare && (bare.ratio ?? value / bare.value);

const holds = (bound: Bound, value: number) => ('atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost);

/** Whether all that is wanted was reached; undefined where nothing is. */
export function isMet(outcome: Outcome): boolean | undefined {
  const { value, wanted, wantedRatio } = outcome;
  if (!wanted && !wantedRatio) return undefined;
  return (!wanted || holds(wanted, value)) && (!wantedRatio || holds(wantedRatio, ratioOf(outcome) ?? Number.NaN));
}

const inWords = (bound: Bound) =>
  'atLeast' in bound
    ? `at least ${bound.atLeast.toLocaleString('en')}`
    : `at most ${bound.atMost.toLocaleString('en')}`;

/** "at least 5,000 a second"; "at least 0.8 of bare". */
export const wantedOf = ({ unit, wanted, wantedRatio }: Outcome): string =>
  [wanted && `${inWords(wanted)} ${unit}`.trim(), wantedRatio && `${inWords(wantedRatio)} of bare`]
    .filter(Boolean)
    .join(', ');
