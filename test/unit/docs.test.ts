import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { HANDLED_STRIPE_EVENTS } from '../../src/domain/stripe-events.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const payments = readFileSync(path.join(ROOT, 'docs/payments.md'), 'utf8');
const FAULTS = Array.from({ length: 32 }, (_, index) => index + 1);

/** Rows of the fault table: number and the test file it names. */
const rows = [...payments.matchAll(/^\| (\d+) \|.*\| ([\w/-]+) \|$/gm)].map(([, fault, file]) => ({
  fault: Number(fault),
  file: file as string,
}));

/** Numbers in the names of a file's tests: "fault 3: ...", "faults 7 and 8: ...". */
function faultsIn(file: string): number[] {
  const folder = path.join(ROOT, 'test/integration', path.dirname(file));
  const files = readdirSync(folder).filter((name) => name.startsWith(path.basename(file)) && name.endsWith('.test.ts'));
  const source = files.map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');
  return [...source.matchAll(/['"`]faults? ([\d, and]+):/g)]
    .flatMap(([, numbers]) => numbers?.match(/\d+/g) ?? [])
    .map(Number);
}

test('docs/payments.md tells of each of the 32 faults once, and names a file with a test of that number', () => {
  expect(rows.map(({ fault }) => fault)).toEqual(FAULTS);
  expect(rows.filter(({ fault, file }) => !faultsIn(file).includes(fault))).toEqual([]);
});

test('docs/payments.md says of every Stripe event that is handled what it means', () => {
  const table = payments.slice(payments.indexOf('## What every event means'), payments.indexOf('## The faults'));
  // "charge.dispute.created, .updated" names two.
  const named = [...table.matchAll(/^\| ([a-z_.]+\.[a-z_., ()]+)/gm)].flatMap(([, cell = '']) => {
    const names = cell.match(/[a-z_]*(?:\.[a-z_]+)+/g) ?? [];
    const parent = names[0]?.slice(0, names[0].lastIndexOf('.')) ?? '';
    return names.map((name) => (name.startsWith('.') ? parent + name : name));
  });
  expect(HANDLED_STRIPE_EVENTS.filter((type) => !named.includes(type))).toEqual([]);
});

/** The tests a page's tables name: `file` below test/, then the name as it stands there. */
const testsNamedIn = (page: string) =>
  [...page.matchAll(/(?:\| |<br>)`((?:unit|integration|e2e|browser)\/[\w/-]+)` (.+?)(?=<br>| \|$)/gm)].map(
    ([, file, name]) => ({ file, name }),
  );

const isTest = ({ file, name }: { file: string | undefined; name: string | undefined }): boolean => {
  const source = readFileSync(path.join(ROOT, 'test', `${file}.test.ts`), 'utf8');
  return [`'${name}'`, `"${name}"`, `\`${name}\``].some((quoted) => source.includes(quoted));
};

test('docs/reliability.md names tests that exist, and at least one in each row of the eight clauses', () => {
  const reliability = readFileSync(path.join(ROOT, 'docs/reliability.md'), 'utf8');
  const clauses = reliability.slice(reliability.indexOf('## Clause'), reliability.indexOf('## When'));
  const clauseRows = clauses.split('\n').filter((line) => /^\| \d\. /.test(line));
  expect(clauseRows.filter((row) => testsNamedIn(row).length === 0)).toEqual([]);
  expect([...new Set(clauseRows.map((row) => Number(row[2])))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(testsNamedIn(reliability).filter((each) => !isTest(each))).toEqual([]);
});

test('docs/security.md names files and tests that exist', () => {
  const security = readFileSync(path.join(ROOT, 'docs/security.md'), 'utf8');
  const named = [...security.matchAll(/`((?:unit|integration|e2e|browser)\/[\w/-]+)`/g)].map(([, file]) => file);
  expect(named.length).toBeGreaterThan(40);
  const isThere = (...places: string[]) => places.some((place) => existsSync(path.join(ROOT, place)));
  expect(named.filter((file) => !isThere(`test/${file}.test.ts`, `test/${file}.test.tsx`))).toEqual([]);
  const sources = [...security.matchAll(/`((?:domain|vendors|http|routes|flows|db)\/[\w/-]+)`/g)].map(([, file]) =>
    file?.startsWith('routes/') ? `src/http/${file}` : `src/${file}`,
  );
  expect(sources.filter((file) => !isThere(`${file}.ts`, `${file}.tsx`))).toEqual([]);
});
