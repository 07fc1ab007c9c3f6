import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** What jest would run, by night everything. */
function foundBy(isNight: boolean): string[] {
  const { NIGHT_TESTS: _, ...env } = process.env;
  const jest = path.join(root, 'node_modules/jest/bin/jest.js');
  const args = ['--experimental-vm-modules', jest, '--listTests'];
  const listed = spawnSync(process.execPath, args, {
    ...{ cwd: root, encoding: 'utf8' },
    env: { ...env, ...(isNight && { NIGHT_TESTS: '1' }) },
  });
  return listed.stdout.split('\n').filter(Boolean);
}

const found = { day: foundBy(false), night: foundBy(true) };

test('each command that runs some tests finds them', () => {
  expect(found.night.length).toBeGreaterThan(found.day.length);
  const commands = Object.entries(scripts).filter(([, command]) => command.includes('npm test -- '));
  expect(commands.length).toBeGreaterThan(4);
  const empty = commands.flatMap(([name, command]) => {
    const files = command.startsWith('NIGHT_TESTS=1 ') ? found.night : found.day;
    const wanted = command.slice(command.indexOf(' -- ') + 4).split(' ');
    return wanted.filter((part) => !files.some((file) => file.includes(part))).map((part) => `${name}: ${part}`);
  });
  expect(empty).toEqual([]);
});

test('docs/security.md says so of each test it names that npm test leaves to the night', () => {
  const security = readFileSync(path.join(root, 'docs/security.md'), 'utf8');
  const named = [...security.matchAll(/`((?:unit|integration|e2e|browser)\/[\w/-]+)`( \(by night\))?/g)];
  const isByDay = (file: string) => found.day.some((each) => each.includes(`/test/${file}.test.ts`));
  expect(
    named.filter(([, file = '', byNight]) => isByDay(file) === (byNight !== undefined)).map(([all]) => all),
  ).toEqual([]);
  expect(named.filter(([, , byNight]) => byNight).length).toBeGreaterThan(2);
});
