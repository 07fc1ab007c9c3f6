import { GRAINS, type Grain, startAfter } from '../../../domain/numbers.ts';
import type { NumbersShown } from '../../../flows/show-numbers.ts';
import { formatWhen } from '../../dates.ts';
import { Legend, RankChart, TimeChart } from '../charts.tsx';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { axisUnit, formatTick } from '../number-format.ts';
import { cellText, type NumberColumn, type NumbersTable, numbersTables } from '../numbers-tables.ts';
import { NUMBERS_WORDS } from '../words/numbers-words.ts';

type Props = { frame: StaffFrame; shown: NumbersShown };

const addressOf = (path: string, grain: Grain, day?: string): string =>
  `${path}?${new URLSearchParams({ by: grain, ...(day && { to: day }) })}`;

/** How the shop is doing: each number's chart, the table behind it and what exactly is counted. */
export function numbersPage({ frame, shown }: Props) {
  const words = NUMBERS_WORDS[frame.locale];
  const { grain, countedAt, isEmpty } = shown;
  const head = <link rel="stylesheet" href="/assets/charts.css" />;
  return (
    <StaffLayout frame={frame} title={words.numbers} head={head}>
      <h1>{words.numbers}</h1>
      {countedAt === null ? (
        <p class="card">{words.isBeingCounted}</p>
      ) : isEmpty ? (
        <p class="card">{words.nothing}</p>
      ) : (
        <>
          <nav class="chips" aria-label={words.by}>
            {GRAINS.map((each) => (
              <a key={each} href={addressOf('/staff/numbers', each)} aria-current={each === grain ? 'true' : undefined}>
                {words.grains[each]}
              </a>
            ))}
          </nav>
          {numbersTables(shown, frame.locale).map((table) => (
            <NumbersCard key={table.id} frame={frame} table={table} />
          ))}
          <Foot frame={frame} shown={shown} />
          <p class="soft small">
            {words.countedAt} {formatWhen(countedAt, frame.locale, frame.shop.timezone)}. {words.isCounted}
          </p>
        </>
      )}
    </StaffLayout>
  );
}

/** Back and forth in time, and all of it for a spreadsheet. */
function Foot({ frame, shown }: Props) {
  const words = NUMBERS_WORDS[frame.locale];
  const { grain, starts, isLatest } = shown;
  const [first, last] = [starts[0] as string, starts.at(-1) as string];
  return (
    <nav class="acts" aria-label={words.numbers}>
      <a class="button secondary" href={addressOf('/staff/numbers', grain, startAfter(grain, first, -1))}>
        {words.older}
      </a>
      {!isLatest && (
        <a class="button secondary" href={addressOf('/staff/numbers', grain, startAfter(grain, last, starts.length))}>
          {words.newer}
        </a>
      )}
      <a class="button secondary" href={addressOf('/staff/numbers.csv', grain, last)}>
        {words.csv}
      </a>
    </nav>
  );
}

type CardProps = { frame: StaffFrame; table: NumbersTable };

function NumbersCard({ frame, table }: CardProps) {
  const words = NUMBERS_WORDS[frame.locale];
  const { id, title, meaning, headline, total, columns, rows, drawn, more } = table;
  // A share of zero says something, no sales and no cost do not.
  const isNothing = rows.every(({ values }) =>
    drawn.every((at) => values[at] === null || (values[at] === 0 && columns[at]?.kind !== 'share')),
  );
  const said = headline === null ? undefined : columns[headline];
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {isNothing ? (
        <p class="soft">{words.nothingHere}</p>
      ) : (
        <>
          {said && (
            <p>
              <b class="headline">{cellText(total?.[headline as number], said, frame.locale)}</b>{' '}
              <span class="soft">{said.label}</span>
            </p>
          )}
          <Chart frame={frame} table={table} />
          {drawn.length > 1 && <Legend names={drawn.map((at) => columns[at]?.label ?? '')} />}
          <details class="fold">
            <summary>{words.table}</summary>
            <Table frame={frame} table={table} />
          </details>
          {more && <p class="soft small">{more}</p>}
        </>
      )}
      <p class="soft small">{meaning}</p>
    </section>
  );
}

/** The picture of the table's drawn columns. */
function Chart({ frame: { locale }, table }: CardProps) {
  const { title, rows, columns, drawn, shape } = table;
  const [first] = drawn;
  const column = columns[first as number] as NumberColumn;
  if (shape === 'ranks') {
    const ranked = rows.map(({ label, values }) => {
      const value = values[first as number] ?? 0;
      return { label, value, told: cellText(value, column, locale) };
    });
    return <RankChart label={title} rows={ranked} {...(column.kind === 'share' && { highest: 1 })} />;
  }
  const series = drawn.map((at) => ({
    name: columns[at]?.key ?? '',
    values: rows.map(({ values }) => values[at] ?? null),
  }));
  return (
    <TimeChart
      label={`${title}: ${drawn.map((at) => columns[at]?.label).join(', ')}`}
      labels={rows.map(({ label }) => label)}
      series={series}
      {...(column.kind === 'count' && { atLeast: 4 })}
      unit={(highest) => axisUnit(column.kind, highest)}
      tick={(value) => formatTick(value, column.kind, locale)}
    />
  );
}

function Table({ frame: { locale }, table }: CardProps) {
  const words = NUMBERS_WORDS[locale];
  const { title, head, columns, rows, total, shape } = table;
  const cells = (values: readonly (number | null)[]) =>
    columns.map((column, at) => <td key={column.key}>{cellText(values[at], column, locale)}</td>);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too
    <section class="scroll" tabIndex={0} aria-label={`${title}: ${words.table}`}>
      <table class={shape === 'time' ? 'numbers over-time' : 'numbers'}>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {columns.map(({ key, label }) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, values }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {cells(values)}
            </tr>
          ))}
        </tbody>
        {total && (
          <tfoot>
            <tr>
              <th scope="row">{words.total}</th>
              {cells(total)}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}
