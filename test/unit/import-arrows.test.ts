import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const FORBIDDEN = [
  ['src/domain/probe.ts', '../db/client.ts'],
  ['src/domain/probe.ts', '../ports.ts'],
  ['src/ports.ts', './db/client.ts'],
  ['src/db/probe.ts', '../flows/confirm-order.ts'],
  ['src/flows/probe.ts', '../vendors/stripe.ts'],
  ['src/flows/probe.ts', '../config.ts'],
  ['src/http/routes/probe.ts', '../../db/pickups.ts'],
  ['src/agent/tools/probe.ts', '../../vendors/openai.ts'],
  ['src/flows/probe.ts', '../sandbox/start.ts'],
  ['src/flows/probe.ts', 'stripe'],
  ['src/http/probe.ts', '@opentelemetry/api'],
  ['src/vendors/probe.ts', '../db/client.ts'],
  ['src/http/probe.ts', 'pg'],
  ['src/cli/probe.ts', '../evals/run-cases.ts'],
  ['src/evals/probe.ts', 'openai'],
] as const;
const ALLOWED = [
  ['src/flows/probe.ts', '../db/orders.ts'],
  ['src/http/routes/probe.ts', '../../flows/confirm-pickup.ts'],
  ['src/vendors/probe.ts', 'stripe'],
  ['src/vendors/probe.ts', '@opentelemetry/api'],
  ['src/db/probe.ts', 'pg'],
] as const;

const root = path.resolve(import.meta.dirname, '../..');
const probeName = (index: number) => `probe${index}.ts`;
let tree: string;
let findings: string;

beforeAll(() => {
  tree = mkdtempSync(path.join(tmpdir(), 'comptoir-arrows-'));
  copyFileSync(path.join(root, 'biome.json'), path.join(tree, 'biome.json'));
  [...FORBIDDEN, ...ALLOWED].forEach(([file, specifier], index) => {
    const target = path.join(tree, file.replace('probe.ts', probeName(index)));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, `import { it } from '${specifier}';\nit();\n`);
  });
  const biome = path.join(root, 'node_modules/@biomejs/biome/bin/biome');
  const run = spawnSync(process.execPath, [biome, 'lint', '--max-diagnostics=none', '.'], {
    cwd: tree,
    encoding: 'utf8',
  });
  findings = run.stdout + run.stderr;
});
afterAll(() => rmSync(tree, { recursive: true }));

const isRefused = (file: string, index: number) =>
  new RegExp(`${file.replace('probe.ts', probeName(index))}:\\d+:\\d+ lint/style/noRestrictedImports`).test(findings);

test.each(FORBIDDEN.map((probe, index) => [...probe, index] as const))(
  'the linter refuses that %s imports %s',
  (file, _specifier, index) => {
    expect(isRefused(file, index)).toBe(true);
  },
);

test.each(ALLOWED.map((probe, index) => [...probe, FORBIDDEN.length + index] as const))(
  'the linter allows that %s imports %s',
  (file, _specifier, index) => {
    expect(isRefused(file, index)).toBe(false);
  },
);
