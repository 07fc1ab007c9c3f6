import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
const MIGRATIONS = 'prisma/migrations';

const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

const migrationsHere = () =>
  readdirSync(path.join(ROOT, MIGRATIONS), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

const migrationsAt = (commit: string) =>
  git('ls-tree', '-d', '--name-only', `${commit}:${MIGRATIONS}`).split('\n').sort();

/**
 * The commit before the last one on the way here that brought a migration, and the migrations that came since; else why
 * there is none. ROLLING_FROM names an older one.
 */
export function findOldCommit(): { commit: string; since: string[] } | { missing: string } {
  try {
    const wanted = process.env.ROLLING_FROM;
    // First parents only: what was merged was not here before its merge. A migration not committed yet is the last one.
    const history = wanted ? [git('rev-parse', wanted)] : git('rev-list', '--first-parent', 'HEAD').split('\n');
    const here = migrationsHere();
    for (const commit of history) {
      const there = migrationsAt(commit);
      const since = here.filter((name) => !there.includes(name));
      if (since.length > 0) return { commit, since };
    }
    return { missing: 'no commit in this checkout has fewer migrations (a shallow clone?)' };
  } catch {
    return { missing: 'this is no checkout with a history of its own, or git is not installed' };
  }
}

const read = (root: string, file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

/** Whether every package that tree names is installed here in its version; more may be, and what those bring along may differ. */
function hasItsPackages(root: string): boolean {
  const { packages } = read(ROOT, 'package-lock.json');
  const { dependencies, devDependencies, optionalDependencies } = read(root, 'package.json');
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).every(
    ([name, version]) => packages[`node_modules/${name}`]?.version === version,
  );
}

/** That commit's tree, built in a temporary folder as an operator would build it. */
export async function buildOld(commit: string): Promise<{ root: string; remove(): void }> {
  const root = mkdtempSync(path.join(tmpdir(), 'comptoir-old-'));
  await run('sh', ['-c', 'git archive "$1" | tar -x -C "$2"', 'sh', commit, root], { cwd: ROOT });
  if (hasItsPackages(root)) {
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
    await run(process.execPath, ['scripts/build.mjs'], { cwd: root });
  } else {
    // Builds as well.
    await run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: root });
  }
  return { root, remove: () => rmSync(root, { recursive: true }) };
}
