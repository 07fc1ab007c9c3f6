import { CATALOGUE_COLUMNS } from '../../../domain/catalogue-line.ts';
import { formatMoney } from '../../../domain/money.ts';
import type { ImportShown, ImportTally } from '../../../flows/import-in-browser.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { lineProblem } from '../line-problems.ts';
import { CATALOGUE_WORDS } from '../words/catalogue-words.ts';
import { IMPORT_WORDS } from '../words/import-words.ts';

type Facts = { frame: StaffFrame; shown: ImportShown; problem?: string | undefined };
const SHOWN_BAD_LINES = 50;
const COUNTS = ['lines', 'created', 'updated', 'unchanged', 'stockChanges', 'badCount'] as const;

export function chooseFilePage({ frame, problem, openId }: { frame: StaffFrame; problem?: string; openId?: string }) {
  const words = IMPORT_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={words.title}>
      <h1>{words.title}</h1>
      {problem && (
        <p role="alert" class="notice tone-red">
          {openId ? <a href={`/staff/catalogue/imports/${openId}`}>{problem}</a> : problem}
        </p>
      )}
      <form method="post" action="/staff/catalogue/import" encType="multipart/form-data" class="card fields">
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <p>
          {words.hint} <code>{CATALOGUE_COLUMNS.join(', ')}</code>
        </p>
        <p>{words.stockHint}</p>
        <label>
          {words.choose}
          <input type="file" name="file" accept=".csv,text/csv" required />
        </label>
        <button type="submit" class="button primary">
          {words.look}
        </button>
      </form>
    </StaffLayout>
  );
}

function Tally({ frame, tally }: { frame: StaffFrame; tally: ImportTally }) {
  const words = IMPORT_WORDS[frame.locale];
  return (
    <dl class="facts">
      {COUNTS.map((name) => (
        <>
          <dt>{words.counts[name]}</dt>
          <dd>{tally[name].toLocaleString(frame.locale)}</dd>
        </>
      ))}
    </dl>
  );
}

function BadLines({ frame, shown, tally }: { frame: StaffFrame; shown: ImportShown; tally: ImportTally }) {
  const words = IMPORT_WORDS[frame.locale];
  if (tally.badCount === 0) return null;
  return (
    <section class="card stack">
      <h2>{words.badLines}</h2>
      <ul class="ledger">
        {tally.badLines.slice(0, SHOWN_BAD_LINES).map(({ line, problems }) => (
          <li key={line}>
            <span>
              <b>{`${words.line} ${line}`}</b>
              {problems.map((problem) => (
                <small key={problem}>{lineProblem(frame.locale, problem)}</small>
              ))}
            </span>
          </li>
        ))}
      </ul>
      <a class="button secondary" href={`/staff/catalogue/imports/${shown.id}/errors.csv`} download>
        {words.download}
      </a>
    </section>
  );
}

function Sample({ frame, tally }: { frame: StaffFrame; tally: ImportTally }) {
  const words = IMPORT_WORDS[frame.locale];
  return (
    <ul class="ledger card">
      {tally.sample.map(({ line, sku, label, priceMinor, currency, stock, change }) => (
        <li key={line}>
          <span>
            <b>{label}</b> <span class="tag tone-blue">{words.change[change]}</span>
            <small class="soft">
              {sku}
              {stock && ` · ${words.stock} ${stock.onHand} · ${stock.location}${stock.slot ? ` ${stock.slot}` : ''}`}
            </small>
          </span>
          <b class="amount">{formatMoney(priceMinor, currency, frame.locale)}</b>
        </li>
      ))}
    </ul>
  );
}

function Answer({ frame, shown }: Facts) {
  const words = IMPORT_WORDS[frame.locale];
  const button = (answer: 'yes' | 'no', label: string, tone: string) => (
    <button type="submit" name="answer" value={answer} class={`button ${tone}`}>
      {label}
    </button>
  );
  return (
    <form method="post" action={`/staff/catalogue/imports/${shown.id}`} class="acts">
      <input type="hidden" name="csrf" value={frame.csrfToken} />
      {button('yes', words.confirm, 'primary')}
      {button('no', words.cancel, 'secondary')}
    </form>
  );
}

/** Where an import is: being read, waiting for a yes, running, or over. Under way it loads itself again. */
export function importPage({ frame, shown, problem }: Facts) {
  const words = IMPORT_WORDS[frame.locale];
  const { status, preview, result } = shown;
  const isUnderWay = status === 'reading' || status === 'running';
  const tally = status === 'ready' ? preview : status === 'done' ? result : null;
  const title = { ready: words.wouldDo, reading: words.reading, running: words.running, done: words.done };
  const ended = { refused: words.refused, cancelled: words.cancelled };
  return (
    <StaffLayout frame={frame} title={words.title} head={isUnderWay && <meta http-equiv="refresh" content="2" />}>
      <h1>{shown.fileName}</h1>
      {problem && (
        <p role="alert" class="notice tone-red">
          {problem}
        </p>
      )}
      <section class="card stack" role="status">
        <h2>{{ ...title, ...ended }[status]}</h2>
        {isUnderWay && (
          <>
            <progress value={shown.linesDone} max={shown.linesTotal ?? undefined} aria-label={words.counts.lines} />
            <p>{words.progress(shown.linesDone, shown.linesTotal)}</p>
          </>
        )}
        {shown.problem && <p>{lineProblem(frame.locale, shown.problem)}</p>}
        {tally && <Tally frame={frame} tally={tally} />}
        {status === 'ready' && <p>{preview?.badCount ? words.badLeftOut : words.nothingYet}</p>}
        {status === 'ready' && <Answer frame={frame} shown={shown} />}
      </section>
      {status === 'ready' && tally && tally.sample.length > 0 && <Sample frame={frame} tally={tally} />}
      {tally && <BadLines frame={frame} shown={shown} tally={tally} />}
      <nav class="acts">
        {!isUnderWay && status !== 'ready' && (
          <a class="button secondary" href="/staff/catalogue/import">
            {words.another}
          </a>
        )}
        <a class="button secondary" href="/staff/catalogue">
          {CATALOGUE_WORDS[frame.locale].catalogue}
        </a>
      </nav>
    </StaffLayout>
  );
}
