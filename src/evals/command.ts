import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type ExitCode, progressLine, runCommand, say, UsageError } from '../cli/command.ts';
import type { Config } from '../config.ts';
import type { EvalCase, RecordedAnswer } from './eval-case.ts';
import { costMicroUsd, diffRuns, type EvalRun, type Prices, passedAlways, passHats, usageOf } from './eval-run.ts';
import { type CaseCollection, readCases } from './read-cases.ts';
import { readRecordings, writeRecordings } from './recordings.ts';
import { renderReport } from './report-page.tsx';
import { type Attempt, type CaseResult, liveModel, recordedLive, replayed, runCases } from './run-cases.ts';
import { withScratchShops } from './scratch-shops.ts';
import { TRANSCRIPTS_FILE, TRANSCRIPTS_THEME, writeTranscripts } from './transcripts.ts';

const USAGE = `npm run eval [-- options]
  Plays the conversations of prompts/evals with the model that OPENAI_API_KEY, OPENAI_MODEL and OPENAI_BASE_URL name, each in
  a shop of its own (a throw-away database, stand-ins for WhatsApp and Stripe), checks them, and writes a report.

  --stand-in        the stand-in model instead: free, follows rules, shows nothing of how well a model sells
  --times N         how often each conversation is played (3)
  --only THEME      one theme only, as its file is named; may be repeated
  --jobs N          how many are played at once (3)
  --price-in X, --price-cached X, --price-out X
                    dollars per million tokens: the report then tells what it cost
  --out FOLDER      where report.html and report.json go (DATA_DIR/evals); the run before is compared with
  --record          keeps the model's answers in prompts/evals/recordings, for npm test to replay; one time each
  --transcripts     writes docs/transcripts.md from the recordings of "purchases", and nothing else

  Exit: 0 when every conversation passed every time, 1 otherwise, 2 when called wrongly.`;

const OPTIONS = {
  'stand-in': { type: 'boolean', default: false },
  times: { type: 'string', default: '3' },
  only: { type: 'string', multiple: true, default: [] as string[] },
  jobs: { type: 'string', default: '3' },
  'price-in': { type: 'string' },
  'price-cached': { type: 'string' },
  'price-out': { type: 'string' },
  out: { type: 'string' },
  record: { type: 'boolean', default: false },
  transcripts: { type: 'boolean', default: false },
} as const;
const parse = (args: string[]) => parseArgs({ args, options: OPTIONS }).values;
type Options = ReturnType<typeof parse>;

function wholeNumber(option: string, value: string, max: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > max)
    throw new UsageError(`--${option} is a whole number from 1 to ${max}`);
  return number;
}

function pricesOf(options: Options): Prices | null {
  const micro = (option: 'price-in' | 'price-cached' | 'price-out'): number | undefined => {
    const value = options[option];
    if (value === undefined) return undefined;
    if (!/^\d+(?:\.\d+)?$/.test(value)) throw new UsageError(`--${option} is a price in dollars, such as 0.25`);
    return Math.round(Number(value) * 1_000_000);
  };
  const [inputMicroUsd, cached, outputMicroUsd] = [micro('price-in'), micro('price-cached'), micro('price-out')];
  if (inputMicroUsd === undefined && outputMicroUsd === undefined) return null;
  if (inputMicroUsd === undefined || outputMicroUsd === undefined)
    throw new UsageError('--price-in and --price-out go together');
  return { inputMicroUsd, cachedInputMicroUsd: cached ?? inputMicroUsd, outputMicroUsd };
}

/** The configuration with the model to ask; without one, the stand-in answers. */
function withChosenModel(config: Config, options: Options): Config {
  if (options['stand-in']) return { ...config, openai: undefined };
  if (config.openai) return config;
  throw new UsageError(
    'No model to ask: set OPENAI_API_KEY (and OPENAI_MODEL, OPENAI_BASE_URL for another), or add --stand-in.',
  );
}

function chosen({ cases }: CaseCollection, themes: readonly string[]): EvalCase[] {
  const known = [...new Set(cases.map(({ theme }) => theme))];
  const unknown = themes.filter((theme) => !known.includes(theme));
  if (unknown.length > 0)
    throw new UsageError(`There is no theme ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  return themes.length === 0 ? cases : cases.filter(({ theme }) => themes.includes(theme));
}

function createProgress(total: number) {
  const progress = progressLine();
  let done = 0;
  let failed = 0;
  return {
    onAttempt({ name }: EvalCase, { failures }: Attempt) {
      done += 1;
      if (failures.length > 0) failed += 1;
      progress.show(`${done} of ${total} played, ${failed} failed: ${failures.length > 0 ? 'FAILED ' : ''}${name}`);
    },
    end: () => progress.end(),
  };
}

function tell({ cases, times, prices, model }: EvalRun): void {
  for (const { theme, name, attempts } of cases.filter((result) => !passedAlways(result))) {
    const bad = attempts.filter(({ failures }) => failures.length > 0);
    say(`\nFAILED ${theme}: ${name} (${bad.length} of ${attempts.length})`);
    for (const failure of new Set(bad.flatMap(({ failures }) => failures))) say(`  - ${failure}`);
  }
  const usage = usageOf({ cases });
  say(`\n${model}: ${cases.filter(passedAlways).length} of ${cases.length} conversations passed every time`);
  const hats = passHats({ cases, times }).map((share, index) => `pass^${index + 1} ${(share * 100).toFixed(1)} %`);
  say(hats.join(', '));
  const { calls, inputTokens, cachedInputTokens, outputTokens } = usage;
  say(`${calls} model calls, ${inputTokens} tokens in (${cachedInputTokens} cached), ${outputTokens} out`);
  if (prices) say(`$${(costMicroUsd(usage, prices) / 1_000_000).toFixed(4)}`);
}

function keepReport(run: EvalRun, folder: string): void {
  const file = path.join(folder, 'report.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as EvalRun) : undefined;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(run));
  const page = path.join(folder, 'report.html');
  writeFileSync(page, renderReport(run, before && diffRuns(before, run)));
  say(`report: ${page}`);
}

/** Written answers are not recorded over. */
const isRecorded = ({ model, answers }: EvalCase) => model === 'any' && answers.length === 0;

function keepRecordings(run: EvalRun, cases: readonly EvalCase[], answers: Map<string, RecordedAnswer[]>): void {
  const passed = new Set(run.cases.filter(passedAlways).map(({ name }) => name));
  // What failed is no example to replay: its earlier recording stays.
  const good = new Map([...answers].filter(([name]) => passed.has(name)));
  for (const theme of new Set(cases.map((evalCase) => evalCase.theme))) {
    const ofTheme = cases.filter((evalCase) => evalCase.theme === theme && isRecorded(evalCase));
    writeRecordings(theme, { model: run.model, answers: good, cases: ofTheme });
  }
  say(
    `recorded: ${cases.filter((evalCase) => isRecorded(evalCase) && good.has(evalCase.name)).length} conversations, in prompts/evals/recordings`,
  );
}

async function makeTranscripts(config: Config, { cases, neverSaid }: CaseCollection): Promise<ExitCode> {
  const purchases = cases.filter(({ theme }) => theme === TRANSCRIPTS_THEME);
  const results = await withScratchShops(1, { ...config, openai: undefined }, (shops) =>
    runCases(shops, purchases, { times: 1, choose: replayed(readRecordings), neverSaid }),
  );
  const bad = results.flatMap((result): CaseResult[] => (passedAlways(result) ? [] : [result]));
  for (const { name, attempts } of bad) say(`FAILED ${name}: ${attempts[0]?.failures.join('; ')}`);
  if (bad.length > 0) return 1;
  writeTranscripts(purchases, results);
  say(`written: ${TRANSCRIPTS_FILE}`);
  return 0;
}

await runCommand(USAGE, async (config, args): Promise<ExitCode> => {
  const options = parse(args);
  const collection = readCases();
  if (options.transcripts) return makeTranscripts(config, collection);
  const cases = chosen(collection, options.only);
  const times = options.record ? 1 : wholeNumber('times', options.times, 50);
  const jobs = wholeNumber('jobs', options.jobs, 16);
  const prices = pricesOf(options);
  const asked = withChosenModel(config, options);
  const answers = new Map<string, RecordedAnswer[]>();
  const choose = options.record ? recordedLive(answers) : liveModel;
  const tries = cases.reduce((sum, { model }) => sum + (model === 'any' ? times : 1), 0);
  const progress = createProgress(tries);
  const results = await withScratchShops(Math.min(jobs, tries), asked, (shops) =>
    runCases(shops, cases, { times, choose, neverSaid: collection.neverSaid, onAttempt: progress.onAttempt }),
  );
  progress.end();
  const at = new Date().toISOString();
  const run: EvalRun = { at, model: asked.openai?.model ?? 'stand-in', times, prices, cases: results };
  tell(run);
  if (options.record) keepRecordings(run, cases, answers);
  keepReport(run, options.out ?? path.join(config.dataDir, 'evals'));
  return results.every(passedAlways) ? 0 : 1;
});
