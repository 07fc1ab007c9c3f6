import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');
const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

/** A folder with a dist older than package-lock.json, where these packages are installed: is its dist still there after a command? */
function keepsDist(installed: string[]): boolean {
  const dir = mkdtempSync(path.join(tmpdir(), 'comptoir-build-'));
  dirs.push(dir);
  for (const folder of ['scripts', 'dist', ...installed.map((name) => `node_modules/${name}`)])
    mkdirSync(path.join(dir, folder), { recursive: true });
  cpSync(path.join(ROOT, 'scripts/build.mjs'), path.join(dir, 'scripts/build.mjs'));
  for (const file of ['dist/.built', 'dist/server.js', 'package-lock.json']) writeFileSync(path.join(dir, file), '');
  utimesSync(path.join(dir, 'dist/.built'), new Date(0), new Date(0));
  spawnSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: dir });
  return existsSync(path.join(dir, 'dist/server.js'));
}

test('a command builds anew what is stale where all is installed, and never where the development packages were left out', () => {
  expect(keepsDist(['typescript', '@types/express'])).toBe(false);
  expect(keepsDist([])).toBe(true);
  // After Heroku's `npm prune`: the compiler stays, what it compiles with does not.
  expect(keepsDist(['typescript'])).toBe(true);
});

test('of what a build wants, one package at least is there for development alone', () => {
  const [, names = ''] = /tools = \[(.+)\]/.exec(readFileSync(path.join(ROOT, 'scripts/build.mjs'), 'utf8')) ?? [];
  const tools = [...names.matchAll(/'(.+?)'/g)].map(([, name]) => `node_modules/${name}`);
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  expect(tools.filter((tool) => !packages[tool])).toEqual([]);
  expect(tools.some((tool) => packages[tool]?.dev)).toBe(true);
});
