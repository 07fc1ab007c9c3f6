export type Segment = { value: number; kind: 'good' | 'mixed' | 'bad' | 'plain' | 'light' | 'dark' };
export type BarRow = { label: string; segments: Segment[]; told: string };

const sumOf = (segments: readonly Segment[]) => segments.reduce((sum, { value }) => sum + value, 0);

/** A bar as an SVG that stretches to its column: the words beside it keep their size on any screen. */
function Bar({ segments, max, told }: { segments: readonly Segment[]; max: number; told: string }) {
  let from = 0;
  const rects = segments.map(({ value, kind }) => {
    const x = from;
    from += (value / max) * 100;
    return <rect key={kind} class={kind} x={x} y={0} width={from - x} height={10} />;
  });
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={told}>
      <rect class="ground" x={0} y={0} width={100} height={10} />
      {rects}
    </svg>
  );
}

type ChartProps = {
  title: string;
  rows: readonly BarRow[];
  legend?: readonly (readonly [Segment['kind'], string])[];
  max?: number;
};

/** Horizontal bars with their words; the longest fills its column unless `max` says what would. */
export function BarChart({ title, rows, legend = [], max }: ChartProps) {
  const longest = max ?? Math.max(...rows.map(({ segments }) => sumOf(segments)), 0);
  return (
    <figure>
      <figcaption>{title}</figcaption>
      {legend.length > 0 && (
        <p class="legend">
          {legend.map(([kind, words]) => (
            <span key={kind}>
              <i class={kind} /> {words}
            </span>
          ))}
        </p>
      )}
      <div class="rows">
        {rows.map(({ label, segments, told }) => (
          <div class="row" key={label}>
            <span class="label">{label}</span>
            <Bar segments={segments} max={longest || 1} told={`${label}: ${told}`} />
            <span class="told">{told}</span>
          </div>
        ))}
      </div>
    </figure>
  );
}
