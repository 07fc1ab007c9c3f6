import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const SCRIPT = path.resolve(import.meta.dirname, '../../scripts/audit-dependencies.mjs');

/** Runs the check where npm answers this. */
function audit(answer: object | string) {
  const dir = mkdtempSync(path.join(tmpdir(), 'comptoir-audit-'));
  try {
    writeFileSync(path.join(dir, 'answer'), typeof answer === 'string' ? answer : JSON.stringify(answer));
    writeFileSync(path.join(dir, 'npm'), `#!/bin/sh\ncat ${dir}/answer\nexit 1\n`, { mode: 0o755 });
    const { PATH = '' } = process.env;
    return spawnSync(process.execPath, [SCRIPT], { encoding: 'utf8', env: { PATH: `${dir}:${PATH}` } });
  } finally {
    rmSync(dir, { recursive: true });
  }
}
const reportOf = (severity: string) => ({
  auditReportVersion: 2,
  vulnerabilities: { lodash: { name: 'lodash', severity, range: '<4.17.21' } },
  metadata: { vulnerabilities: { [severity]: 1, total: 1 } },
});

test('a dependency with a grave finding stops the check by its name, a lesser one does not', () => {
  for (const severity of ['high', 'critical'])
    expect(audit(reportOf(severity))).toMatchObject({ status: 1, stderr: `${severity}: lodash <4.17.21\n` });
  expect(audit(reportOf('moderate'))).toMatchObject({ status: 0, stdout: expect.stringContaining('0 of high') });
});

test.each([
  ['an error', { message: '405 Method Not Allowed', error: { summary: '' } }],
  ['nothing', ''],
])('where the registry answers %s, the check says loudly that nothing was audited and goes on', (_what, answer) => {
  expect(audit(answer)).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('WARNING: dependencies were NOT audited'),
  });
});
