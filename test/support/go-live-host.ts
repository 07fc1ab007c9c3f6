import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Host } from './go-live-document.ts';
import type { CommandResult } from './run-command.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** What the Dockerfile's last stage copies, and by link the packages that it installs: no sources, nothing for development. */
function fillImage(folder: string): void {
  const last = read('Dockerfile').slice(read('Dockerfile').lastIndexOf('FROM '));
  for (const [, copied = ''] of last.matchAll(/^COPY (?:--from=build )?(.+) \S+$/gm))
    for (const file of copied.split(' ').map((each) => each.replace('/app/', '')))
      cpSync(path.join(ROOT, file), path.join(folder, file), { recursive: true, preserveTimestamps: true });
  type Locked = { dev?: boolean; optional?: boolean; devOptional?: boolean };
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
  for (const [place, { dev, optional, devOptional }] of Object.entries(packages))
    if (/^node_modules\/(@[^/]+\/)?[^/]+$/.test(place) && !dev && !optional && !devOptional) link(folder, place);
}

function link(folder: string, place: string): void {
  mkdirSync(path.dirname(path.join(folder, place)), { recursive: true });
  symlinkSync(path.join(ROOT, place), path.join(folder, place));
}

/** Heroku prunes after it built: the compiler stays and package-lock.json is written anew. */
function prune(folder: string): void {
  link(folder, 'node_modules/typescript');
  utimesSync(path.join(folder, 'package-lock.json'), new Date(), new Date());
}

/** A reader's folder beside a host of that kind, whose command is a stand-in (test/support/hosts). */
export function openHost(host: Host, known: Record<string, string>) {
  const dir = mkdtempSync(path.join(tmpdir(), `comptoir-${host}-`));
  const at = (...names: string[]) => path.join(dir, ...names);
  for (const folder of ['reader', 'host', 'bin']) mkdirSync(at(folder));
  fillImage(at('host'));
  if (host === 'heroku') prune(at('host'));
  writeFileSync(
    at('bin', host),
    `#!/bin/sh\nexec "${process.execPath}" "${path.join(ROOT, 'test/support/hosts', host)}.mjs" "$@"\n`,
  );
  chmodSync(at('bin', host), 0o755);

  return {
    write: (name: string, text: string) => writeFileSync(at('reader', name), text),
    know: (more: Record<string, string>) => void Object.assign(known, more),
    /** What the reader has set there by command. */
    wasSet: () => (existsSync(at('config')) ? readFileSync(at('config'), 'utf8').split('\0').slice(0, -1) : []),
    run: (command: string): Promise<CommandResult> =>
      new Promise((resolve) => {
        const { PATH = '', HOME = '' } = process.env;
        const own = { PATH: `${at('bin')}:${PATH}`, HOME, HOST_FOLDER: at('host'), HOST_CONFIG: at('config') };
        const options = { cwd: at('reader'), env: { ...known, ...own } };
        execFile('sh', ['-c', command], options, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
        );
      }),
    close: () => rmSync(dir, { recursive: true }),
  };
}
