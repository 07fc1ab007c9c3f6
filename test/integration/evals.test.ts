import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EvalCase } from '../../src/evals/eval-case.ts';
import { type EvalShop, openEvalShop } from '../../src/evals/eval-shop.ts';
import { readCases } from '../../src/evals/read-cases.ts';
import { readRecordings } from '../../src/evals/recordings.ts';
import { type CaseResult, replayed, runCases } from '../../src/evals/run-cases.ts';
import { renderTranscripts, TRANSCRIPTS_FILE, TRANSCRIPTS_THEME } from '../../src/evals/transcripts.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const { cases, neverSaid } = readCases();
const purchases = cases.filter(({ theme }) => theme === TRANSCRIPTS_THEME);
const others = cases.filter(({ theme }) => theme !== TRANSCRIPTS_THEME);

let database: TestDatabase;
let shop: EvalShop;
let results: CaseResult[];
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await openEvalShop(database.url);
  // The purchases first: their dates are those of a shop that opens, as on the page that shows them.
  results = await runCases([shop], [...purchases, ...others], {
    times: 1,
    choose: replayed(readRecordings),
    neverSaid,
  });
}, 180_000);
afterAll(async () => {
  await shop.close();
  await database.close();
});

const resultOf = ({ name }: EvalCase) => results.find((result) => result.name === name);

test.each(cases.map((evalCase) => [evalCase.theme, evalCase.name, evalCase] as const))(
  '%s: %s, with the recorded answers',
  (_, __, evalCase) => {
    expect(resultOf(evalCase)?.attempts.map(({ failures }) => failures)).toEqual([[]]);
  },
);

test('there are conversations enough: sixty in three languages for any model, and a model that misbehaves', () => {
  const open = cases.filter(({ model }) => model === 'any');
  expect(open.length).toBeGreaterThanOrEqual(60);
  for (const language of ['fr', 'en', 'es']) {
    expect(open.filter((evalCase) => evalCase.language === language).length).toBeGreaterThanOrEqual(15);
  }
  expect(cases.filter(({ model }) => model === 'written').length).toBeGreaterThanOrEqual(10);
});

test('docs/transcripts.md shows the five purchases as they are (renew: npm run eval -- --transcripts)', () => {
  expect(purchases).toHaveLength(5);
  expect(readFileSync(TRANSCRIPTS_FILE, 'utf8')).toBe(renderTranscripts(purchases, results));
});
