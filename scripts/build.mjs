// Builds dist/ from src/: Prisma client, TypeScript, then the files TypeScript does not copy.
// `--if-stale` (after `npm ci`, before `npm start`, `npm test` and the commands) does nothing when dist is newer than every
// source, or where what builds it is not installed (`npm ci --omit=dev`, `npm prune`): there the dist that was given runs.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const stamp = path.join(root, 'dist/.built');
const sources = ['src', 'prisma', 'scripts', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
// Heroku prunes after it built, which touches package-lock.json and keeps the compiler: a peer of Prisma's. Types go.
const tools = ['typescript', '@types/express'];
// What tsc leaves behind: browser files are served as they are.
const copied = ['sandbox/public', 'http/public'];

function newestMs(file) {
  if (!existsSync(file)) return 0;
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  if (file.endsWith('generated')) return 0;
  return readdirSync(file).reduce((newest, name) => Math.max(newest, newestMs(path.join(file, name))), 0);
}

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function build() {
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  run('scripts/prisma-generate.mjs');
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  for (const dir of copied) {
    const from = path.join(root, 'src', dir);
    if (existsSync(from)) cpSync(from, path.join(root, 'dist', dir), { recursive: true });
  }
  writeFileSync(stamp, '');
}

const ifStale = process.argv.includes('--if-stale');
const canBuild = tools.every((tool) => existsSync(path.join(root, 'node_modules', tool)));
const builtMs = newestMs(stamp);
const isFresh = builtMs > 0 && sources.every((source) => newestMs(path.join(root, source)) <= builtMs);
if (!ifStale || (canBuild && !isFresh)) build();
