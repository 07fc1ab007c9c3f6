import { readFileSync } from 'node:fs';
import path from 'node:path';

const DOCUMENT = path.resolve(import.meta.dirname, '../../docs/go-live.md');

type Block = { language: string; host: string | undefined; text: string };
/** Where a shop may be whose commands are not simply typed. */
export type Host = 'docker' | 'heroku';

/** What docs/go-live.md shows between fences, in its order; ```sh docker is for Docker alone. */
const goLiveBlocks = (): Block[] =>
  [...readFileSync(DOCUMENT, 'utf8').matchAll(/^```(\w+)(?: (\w+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', host, text = '']) => ({ language, host, text }),
  );

export const blockOf = (language: string): string => {
  const [block, ...more] = goLiveBlocks().filter((each) => each.language === language);
  if (!block || more.length > 0) throw new Error(`docs/go-live.md wants exactly one block of ${language}`);
  return block.text;
};

/** Every command it has its reader type, in order: on a server with Node, or what it has instead for a host. */
export const goLiveCommands = (at?: Host): string[] =>
  goLiveBlocks()
    .filter(({ language, host }) => language === 'sh' && host === at)
    .flatMap(({ text }) => text.split('\n').filter((line) => line.trim() !== ''));

/** Commands that stand in its text and tables. */
export const goLiveCommandsInText = (): string[] =>
  [...readFileSync(DOCUMENT, 'utf8').matchAll(/`((?:npm|docker compose|heroku) [^`]+)`/g)].map(
    ([, command = '']) => command,
  );

/** The npm script that a command comes down to, and what is given to it. */
export function npmPartOf(command: string): { script: string; args: string; file: string | undefined } | undefined {
  const [, script, args = ''] = /npm run (\S+?)(?: -- (.*?))?"?(?: < \S+)?$/.exec(command) ?? [];
  return script ? { script, args, file: / < (\S+)$/.exec(command)?.[1] } : undefined;
}

/** The variables it has its reader set, with what stands there. */
export const goLiveVariables = (): Record<string, string> =>
  Object.fromEntries(
    blockOf('ini')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
