import { execFile } from 'node:child_process';

export type CommandResult = { code: number; stdout: string; stderr: string };

/** Runs a command as it is built (`npm test` builds first), as a process of its own, on that database and with nothing else from our environment. */
export function runCommand(
  databaseUrl: string,
  name: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<CommandResult> {
  const command = [`dist/cli/${name}.js`, ...args];
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      command,
      { env: { PATH, HOME, DATABASE_URL: databaseUrl, ...env } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.end();
  });
}
