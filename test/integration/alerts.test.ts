import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

// The alert rules played through by Prometheus' own tool (docs/monitoring/alerts-test.yml).

const FOLDER = path.resolve(import.meta.dirname, '../../docs/monitoring');
const promtool = (process.env.PATH ?? '').split(':').map((folder) => path.join(folder, 'promtool'));
const program = promtool.find((candidate) => existsSync(candidate));
if (!program)
  process.stderr.write(
    '\nNOT TESTED: the alert rules, since promtool is not installed (apt-get install prometheus)\n\n',
  );
const whereFound = program ? test : test.skip;

test('every alert is played through', () => {
  const [rules, played] = ['alerts.yml', 'alerts-test.yml'].map((file) =>
    readFileSync(path.join(FOLDER, file), 'utf8'),
  );
  const names = [...(rules ?? '').matchAll(/alert: (\w+)/g)].map(([, name]) => name as string);
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !new RegExp(`alertname[=:] ?"?${name}\\b`).test(played ?? ''))).toEqual([]);
});

whereFound('every alert fires when it should and keeps quiet when not, as Prometheus reads the rules', async () => {
  const run = (args: string[]) => promisify(execFile)(program as string, args, { cwd: FOLDER });
  expect((await run(['check', 'rules', 'alerts.yml'])).stdout).toContain('SUCCESS');
  expect((await run(['test', 'rules', 'alerts-test.yml'])).stdout).toContain('SUCCESS');
});
