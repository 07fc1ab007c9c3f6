import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { EvalRun } from '../../src/evals/eval-run.ts';
import { runCommand } from '../support/run-command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'comptoir-eval-'));
afterAll(() => rmSync(folder, { recursive: true }));

// No key of whoever runs the tests: an empty value counts as absent, in .env too.
const NO_KEY = { OPENAI_API_KEY: '', OPENAI_MODEL: '', OPENAI_BASE_URL: '' };
const runEval = (...args: string[]) => runCommand('../evals/command', args, NO_KEY);

test('without a key it says what to set, and offers the stand-in', async () => {
  const { code, stderr } = await runEval();
  expect(code).toBe(2);
  expect(stderr).toMatch(/OPENAI_API_KEY.*OPENAI_MODEL.*OPENAI_BASE_URL.*--stand-in/);
});

test('what is called wrongly is refused with what to write instead', async () => {
  const wrong: [string[], RegExp][] = [
    [['--only', 'nothing'], /There is no theme nothing; there are .*finding/],
    [['--times', '0'], /--times is a whole number/],
    [['--price-in', '1'], /--price-in and --price-out go together/],
    [['--price-in', '1,5', '--price-out', '2'], /--price-in is a price in dollars/],
  ];
  for (const [args, complaint] of wrong) {
    const { code, stderr } = await runEval('--stand-in', ...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(complaint) });
  }
}, 60_000);

test('a run plays, tells, and keeps a report compared with the one before', async () => {
  const before: EvalRun = { at: '2026-11-25T10:00:00.000Z', model: 'earlier', times: 1, prices: null, cases: [] };
  writeFileSync(path.join(folder, 'report.json'), JSON.stringify(before));
  const prices = ['--price-in', '0.25', '--price-out', '2'];
  const args = ['--stand-in', '--only', 'off-topic', '--times', '2', '--jobs', '2', '--out', folder, ...prices];
  const { code, stdout, stderr } = await runEval(...args);
  expect({ code, lines: stderr.match(/\d+ of 10 played/g)?.length }).toEqual({ code: 0, lines: 10 });
  expect(stdout).toMatch(/stand-in: 5 of 5 conversations passed every time\npass\^1 100.0 %, pass\^2 100.0 %/);
  expect(stdout).toMatch(/model calls, \d+ tokens in \(\d+ cached\), \d+ out\n\$0\.\d{4}/);
  const kept = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8')) as EvalRun;
  expect(kept.cases.map(({ attempts }) => attempts.length)).toEqual([2, 2, 2, 2, 2]);
  expect(readFileSync(path.join(folder, 'report.html'), 'utf8')).toContain('Compared with earlier, 2026-11-25 10:00');
}, 90_000);
