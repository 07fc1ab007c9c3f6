import { execFile } from 'node:child_process';

export type CommandResult = { code: number; stdout: string; stderr: string };

/**
 * Runs a command as it was built (`npm test` builds first), as a process of its own, with nothing but `env` in its
 * environment. What is `sent` to it ends, or `staysOpen`.
 */
export function runCommand(
  name: string,
  args: string[],
  env: Record<string, string>,
  sent: { text: string; staysOpen?: boolean } = { text: '' },
): Promise<CommandResult> {
  const command = [`dist/cli/${name}.js`, ...args];
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { env: { PATH, HOME, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.write(sent.text);
    if (!sent.staysOpen) child.stdin?.end();
  });
}
