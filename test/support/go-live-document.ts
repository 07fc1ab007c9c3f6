import { readFileSync } from 'node:fs';
import path from 'node:path';

const DOCUMENT = path.resolve(import.meta.dirname, '../../docs/go-live.md');

type Block = { language: string; text: string };

/** What docs/go-live.md shows between fences, in its order. */
const goLiveBlocks = (): Block[] =>
  [...readFileSync(DOCUMENT, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));

export const blockOf = (language: string): string => {
  const [block, ...more] = goLiveBlocks().filter((each) => each.language === language);
  if (!block || more.length > 0) throw new Error(`docs/go-live.md wants exactly one block of ${language}`);
  return block.text;
};

/** Every command it has its reader type, in order. */
export const goLiveCommands = (): string[] =>
  goLiveBlocks()
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n').filter((line) => line.trim() !== ''));

/** The variables it has its reader set, with what stands there. */
export const goLiveVariables = (): Record<string, string> =>
  Object.fromEntries(
    blockOf('ini')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
