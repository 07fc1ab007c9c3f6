import { scaleBand, scaleLinear } from 'd3-scale';

// Drawn on the server: no script, and no style but by class. Words stand beside the drawing, not in it: it stretches with
// its column, they keep their size on every screen.

const WIDTH = 600;
const HEIGHT = 160;
const STEPS = 4;

export type Bars = { name: string; values: readonly (number | null)[] };

type TimeChartProps = {
  /** Says to who cannot see it what it is of. */
  label: string;
  /** Of each bar, in order. */
  labels: readonly string[];
  /** The first the widest and behind: what is in the second is in the first too. */
  series: readonly Bars[];
  unit: (highest: number) => number;
  /** The axis goes so far at least: counts have no halves. */
  atLeast?: number;
  tick: (value: number) => string;
};

/** The steps of an axis from zero to at least `highest`, round in its unit. */
export function ticksUpTo(highest: number, unit: number): number[] {
  const scale = scaleLinear()
    .domain([0, highest / unit || 1])
    .nice(STEPS);
  return scale.ticks(STEPS).map((tick) => tick * unit);
}

/** A bar for each day, week or month. */
export function TimeChart({ label, labels, series, unit, atLeast = 0, tick }: TimeChartProps) {
  const highest = Math.max(atLeast, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const ticks = ticksUpTo(highest, unit(highest));
  const y = scaleLinear()
    .domain([0, ticks.at(-1) ?? 1])
    .range([0, HEIGHT]);
  return (
    <div class="chart">
      <div class="chart-ticks" aria-hidden="true">
        {ticks.toReversed().map((value) => (
          <span key={value}>{tick(value)}</span>
        ))}
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {ticks.map((value) => (
          <line key={value} class="grid" x1={0} x2={WIDTH} y1={HEIGHT - y(value)} y2={HEIGHT - y(value)} />
        ))}
        {series.map(({ name, values }, nth) => {
          const x = scaleBand<number>([0, WIDTH])
            .domain(values.map((_, at) => at))
            .padding(0.25 + 0.35 * nth);
          return values.map((value, at) => {
            const height = round(y(value ?? 0));
            const place = { x: round(x(at) ?? 0), width: round(x.bandwidth()), y: HEIGHT - height, height };
            return value ? <rect key={`${name} ${labels[at]}`} class={`series-${nth + 1}`} {...place} /> : null;
          });
        })}
      </svg>
      <div class="chart-span" aria-hidden="true">
        <span>{labels[0]}</span>
        <span>{labels.at(-1)}</span>
      </div>
    </div>
  );
}

const round = (value: number): number => Math.round(value * 100) / 100;

type RankChartProps = {
  label: string;
  rows: readonly { label: string; value: number; told: string }[];
  highest?: number;
};

/** A bar for each thing, the words above it. */
export function RankChart({ label, rows, highest = Math.max(0, ...rows.map(({ value }) => value)) }: RankChartProps) {
  const x = scaleLinear()
    .domain([0, highest || 1])
    .range([0, 100]);
  return (
    <ul class="ranks" aria-label={label}>
      {rows.map(({ label: name, value, told }) => (
        <li key={name}>
          <span class="between one-line">
            <span>{name}</span>
            <b class="amount">{told}</b>
          </span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect class="ground" x={0} y={0} width={100} height={10} />
            <rect class="series-1" x={0} y={0} width={round(x(value))} height={10} />
          </svg>
        </li>
      ))}
    </ul>
  );
}

/** Which bars are what. */
export const Legend = ({ names }: { names: readonly string[] }) => (
  <ul class="legend soft small">
    {names.map((name, nth) => (
      <li key={name}>
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <rect class={`series-${nth + 1}`} width={10} height={10} />
        </svg>
        {name}
      </li>
    ))}
  </ul>
);
