import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CommandResult } from './run-command.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SCRIPTS = (
  JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

/** The built program of a script, and what is given to it. */
export function programOf(command: string): string[] {
  const [, name = 'start', args = ''] = /^npm (?:run )?(\S+)(?: -- (.*))?$/.exec(command) ?? [];
  const entry = /node (dist\/\S+)$/.exec(SCRIPTS[name] ?? '')?.[1];
  if (!entry) throw new Error(`docs/go-live.md has its reader run "${command}", which package.json does not know`);
  return [path.join(ROOT, entry), ...args.split(' ').filter((each) => each !== '')];
}

/** A folder in which somebody follows docs/go-live.md with the variables it has them set. */
export type Place = ReturnType<typeof openPlace>;

/**
 * `cloned`: the folder is this repository cloned and installed, commands are run as they stand and variables are in .env. Else the
 * programs behind the npm scripts are run as they were built here, with the variables as their environment.
 */
export function openPlace(how: 'cloned' | 'here') {
  const cloned = how === 'cloned';
  const dir = mkdtempSync(path.join(tmpdir(), 'comptoir-go-live-'));
  let folder = dir;
  let variables: Record<string, string> = {};
  let opened: ChildProcess | undefined;
  const chunks: string[] = [];

  function environment(): Record<string, string> {
    const { PATH = '', HOME = '' } = process.env;
    const typed = { STAFF_PASSWORD: 'pneus-et-jantes-971' };
    return { PATH, HOME, ...typed, ...(cloned ? {} : variables) };
  }

  function start(command: string): ChildProcess {
    const [program, args] = cloned ? ['sh', ['-c', command]] : [process.execPath, programOf(command)];
    // A group of its own: npm and its shell end with the program.
    return spawn(program, args, { cwd: folder, env: environment(), detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  return {
    /** Writes a file of the reader's. */
    write: (name: string, text: string) => writeFileSync(path.join(folder, name), text),
    set(more: Record<string, string>) {
      variables = { ...variables, ...more };
      const lines = Object.entries(variables).map(([key, value]) => `${key}='${value}'\n`);
      if (cloned) writeFileSync(path.join(folder, '.env'), lines.join(''));
    },
    async run(command: string): Promise<CommandResult> {
      const [word, what] = command.split(' ');
      if (word === 'cd') {
        if (cloned) folder = path.join(folder, String(what));
        return { code: 0, stdout: '', stderr: '' };
      }
      if (!cloned && !command.startsWith('npm run ')) return { code: 0, stdout: '', stderr: '' };
      const child = start(command.replace('REPOSITORY', ROOT));
      const [stdout, stderr]: [string[], string[]] = [[], []];
      child.stdout?.on('data', (chunk) => stdout.push(String(chunk)));
      child.stderr?.on('data', (chunk) => stderr.push(String(chunk)));
      const [code] = await once(child, 'close');
      return { code: Number(code), stdout: stdout.join(''), stderr: stderr.join('') };
    },
    /** Starts what goes on running. */
    open(command: string) {
      opened = start(command);
      for (const stream of [opened.stdout, opened.stderr]) stream?.on('data', (chunk) => chunks.push(String(chunk)));
    },
    output: () => chunks.join(''),
    async close() {
      if (opened?.pid && opened.exitCode === null) {
        process.kill(-opened.pid, 'SIGTERM');
        await once(opened, 'close');
      }
      rmSync(dir, { recursive: true });
    },
  };
}
