import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/** Who runs PostgreSQL: ourselves, or as root a system user that PostgreSQL accepts. */
export type Identity = { uid?: number; gid?: number };

// A checkout under /root or a temporary folder of root's is closed to any other user, and PostgreSQL refuses to be
// root: there, program and data live here instead and DATA_DIR points at them.
const SYSTEM_FOLDER = '/var/lib/comptoir';

const canEnter = (folder: string, who: Identity): boolean =>
  who.uid === undefined || spawnSync('test', ['-x', folder], { ...who, cwd: '/' }).status === 0;

/** A folder for the cluster that PostgreSQL's user can reach: DATA_DIR/postgres, or what stands there as a link. */
export function reachableCluster(dataDir: string, who: Identity): string {
  const inside = path.resolve(dataDir, 'postgres');
  if (lstatSync(inside, { throwIfNoEntry: false })) return realpathSync(inside);
  if (canEnter(path.resolve(dataDir), who)) return inside;
  mkdirSync(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
  const outside = mkdtempSync(path.join(SYSTEM_FOLDER, 'data-'));
  chownSync(outside, who.uid as number, who.gid as number);
  symlinkSync(outside, inside);
  return outside;
}

/** The folder of PostgreSQL's programs, copied once to where its user can run them when it has to be. */
export function reachablePrograms(native: string, version: string, who: Identity): string {
  if (canEnter(path.join(native, 'bin'), who)) return native;
  const copy = path.join(SYSTEM_FOLDER, `postgresql-${version}`);
  if (!existsSync(copy)) {
    mkdirSync(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  }
  return copy;
}
