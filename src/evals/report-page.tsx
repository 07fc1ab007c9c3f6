import type { ComponentChildren } from 'preact';
import { render } from 'preact-render-to-string';
import type { ModelUse } from './check-case.ts';
import { costMicroUsd, type EvalRun, passedAlways, passHats, perRound, type RunDiff, usageOf } from './eval-run.ts';
import { BarChart, type BarRow } from './report-charts.tsx';
import { Conversation, seconds, type Verdict, verdictOf } from './report-conversation.tsx';
import { REPORT_STYLE } from './report-style.ts';
import type { CaseResult } from './run-cases.ts';

const number = new Intl.NumberFormat('en');
const percent = (share: number) => `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`;
const dollars = (microUsd: number) => `$${(microUsd / 1_000_000).toFixed(microUsd < 10_000_000 ? 4 : 2)}`;
const totalTokens = ({ inputTokens, outputTokens }: ModelUse) => inputTokens + outputTokens;

const Tile = ({ value, children }: { value: string; children: ComponentChildren }) => (
  <div class="tile">
    <b>{value}</b>
    <span>{children}</span>
  </div>
);

function Tiles({ run }: { run: EvalRun }) {
  const { cases, prices } = run;
  const hats = passHats(run);
  const usage = usageOf(run);
  const round = perRound(run);
  const always = cases.filter(passedAlways).length;
  const cached = usage.inputTokens === 0 ? 0 : usage.cachedInputTokens / usage.inputTokens;
  const paid = cases.flatMap(({ attempts }) => attempts).length;
  return (
    <div class="tiles">
      <Tile value={`${always} of ${cases.length}`}>passed every time</Tile>
      {hats.length > 0 && <Tile value={percent(hats.at(-1) ?? 0)}>pass^{hats.length}</Tile>}
      <Tile value={number.format(round.tokens)}>tokens for one round, {percent(cached)} of what went in cached</Tile>
      <Tile value={seconds(round.seconds / Math.max(1, cases.length))}>a conversation</Tile>
      {prices && (
        <Tile value={dollars(costMicroUsd(usage, prices))}>for {number.format(paid)} conversations played</Tile>
      )}
    </div>
  );
}

const themesOf = (cases: readonly CaseResult[]) => [...new Set(cases.map(({ theme }) => theme))];

function byTheme(cases: readonly CaseResult[], row: (ofTheme: CaseResult[]) => Omit<BarRow, 'label'>): BarRow[] {
  return themesOf(cases).map((theme) => ({ label: theme, ...row(cases.filter((result) => result.theme === theme)) }));
}

function verdictRow(ofTheme: readonly CaseResult[]): Omit<BarRow, 'label'> {
  const share = (verdict: Verdict) => ofTheme.filter((result) => verdictOf(result) === verdict).length / ofTheme.length;
  const segments = (['good', 'mixed', 'bad'] as const).map((kind) => ({ kind, value: share(kind) }));
  return { segments, told: `${ofTheme.filter(passedAlways).length} of ${ofTheme.length}` };
}

function tokenRow(ofTheme: readonly CaseResult[]): Omit<BarRow, 'label'> {
  const usage = usageOf({ cases: [...ofTheme] });
  const tries = Math.max(1, ofTheme.flatMap(({ attempts }) => attempts).length);
  const each = (tokens: number) => tokens / tries;
  return {
    segments: [
      { kind: 'light', value: each(usage.cachedInputTokens) },
      { kind: 'plain', value: each(usage.inputTokens - usage.cachedInputTokens) },
      { kind: 'dark', value: each(usage.outputTokens) },
    ],
    told: number.format(Math.round(each(totalTokens(usage)))),
  };
}

function secondsRow(ofTheme: readonly CaseResult[]): Omit<BarRow, 'label'> {
  const all = ofTheme.flatMap(({ attempts }) => attempts.map((attempt) => attempt.seconds));
  const mean = all.reduce((sum, value) => sum + value, 0) / Math.max(1, all.length);
  return { segments: [{ kind: 'plain', value: mean }], told: seconds(mean) };
}

function Charts({ run }: { run: EvalRun }) {
  const { cases } = run;
  const hats = passHats(run).map((share, index): BarRow => {
    return { label: `pass^${index + 1}`, segments: [{ kind: 'good', value: share }], told: percent(share) };
  });
  const verdicts = [
    ['good', 'every time'],
    ['mixed', 'sometimes'],
    ['bad', 'never'],
  ] as const;
  const tokens = [
    ['light', 'in, cached'],
    ['plain', 'in, not cached'],
    ['dark', 'out'],
  ] as const;
  return (
    <div class="charts">
      <BarChart title="Conversations that pass k times out of k" rows={hats} max={1} />
      <BarChart title="Passed, by theme" rows={byTheme(cases, verdictRow)} legend={verdicts} max={1} />
      <BarChart title="Tokens a conversation, by theme" rows={byTheme(cases, tokenRow)} legend={tokens} />
      <BarChart title="Seconds a conversation, by theme" rows={byTheme(cases, secondsRow)} />
    </div>
  );
}

const change = (before: number, now: number, told: (value: number) => string) =>
  `${told(before)} → ${told(now)}${before > 0 ? ` (${now >= before ? '+' : ''}${(((now - before) / before) * 100).toFixed(1)} %)` : ''}`;

function Names({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <>
      <p>
        <b>{title}</b>
      </p>
      <ul>
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </>
  );
}

function Diff({ diff }: { diff: RunDiff }) {
  const { before, beganToPass, beganToFail, added, removed, tokens, seconds: time } = diff;
  const same = beganToPass.length + beganToFail.length === 0;
  return (
    <div class="diff">
      <p>
        Compared with {before.model}, {before.at.slice(0, 16).replace('T', ' ')}; tokens{' '}
        {change(tokens.before, tokens.now, (value) => number.format(value))}, time{' '}
        {change(time.before, time.now, seconds)} for one round of the conversations in both.
      </p>
      {same && <p>No verdict changed.</p>}
      <Names title="Began to fail" names={beganToFail} />
      <Names title="Began to pass" names={beganToPass} />
      <Names title="New" names={added} />
      <Names title="Not played this time" names={removed} />
    </div>
  );
}

const ORDER: readonly Verdict[] = ['bad', 'mixed', 'good'];

/** The whole report as one HTML file: nothing is fetched, everything that was said is escaped. */
export function renderReport(run: EvalRun, diff: RunDiff | undefined): string {
  const worstFirst = [...run.cases].sort((a, b) => ORDER.indexOf(verdictOf(a)) - ORDER.indexOf(verdictOf(b)));
  const title = `Evaluation of ${run.model}`;
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <style>{REPORT_STYLE}</style>
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          <p class="about">
            {run.at.slice(0, 16).replace('T', ' ')} UTC, {run.cases.length} conversations, each up to {run.times} times
          </p>
          <Tiles run={run} />
          <Charts run={run} />
          <h2>Since the last run</h2>
          {diff ? <Diff diff={diff} /> : <p class="about">There is no earlier run to compare with.</p>}
          <h2>Conversations</h2>
          {worstFirst.map((result) => (
            <Conversation result={result} key={result.name} />
          ))}
        </main>
      </body>
    </html>
  );
  return `<!doctype html>${render(page)}`;
}
