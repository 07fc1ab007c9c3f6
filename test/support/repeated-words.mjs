// A thread of its own (unit/reading-time). Has every pattern of the sources look for what stands in it, over and over, and every
// function of the built domain that reads a text read each of those words; says before each what it is at.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { parseSync } from '@swc/core';

const { root, place } = workerData;
/** As long as a form's field; what a function does with each word is less, and all of them take seconds. */
const CHARS = { pattern: 4_000, reader: 800 };
const MARKS = [' ', '-', '.', '1', '1 ', 'a', 'é', '👍', '?', '+', '\n', '0,5 ', '(', ':', '/', '"', '@', ', '];
// What no pattern expects: only then is every other way tried. Some are asked only of a text that speaks of cancelling.
const ENDS = ['\u0001x', 'annulerx'];

/** The alternatives of a pattern, and each of their words. */
function wordsOf(pattern) {
  const phrases = pattern.split(/[|()[\]?:*+\\/^$'`,.{}]/).map((each) => each.trim().toLowerCase());
  return phrases.filter((each) => /^[a-z][a-z ]{0,24}$/.test(each)).flatMap((each) => [each, ...each.split(' ')]);
}

function* literalsIn(node) {
  if (node?.type === 'RegExpLiteral') yield { source: node.pattern, flags: node.flags };
  else if (typeof node === 'object' && node) for (const child of Object.values(node)) yield* literalsIn(child);
}

const src = path.join(root, 'src');
const files = readdirSync(src, { recursive: true }).filter(
  (file) => /\.tsx?$/.test(file) && !file.startsWith('generated'),
);
const patterns = files.flatMap((file) => {
  const program = parseSync(readFileSync(path.join(src, file), 'utf8'), {
    syntax: 'typescript',
    tsx: file.endsWith('x'),
  });
  return [...literalsIn(program)].map((literal) => ({ file, ...literal }));
});

/** Of the built domain what takes a text, and for some a language beside it. */
async function readers() {
  const folder = path.join(root, 'dist/domain');
  const found = [];
  for (const file of readdirSync(folder).filter((each) => each.endsWith('.js')))
    for (const [name, read] of Object.entries(await import(pathToFileURL(path.join(folder, file)).href))) {
      if (typeof read !== 'function' || read.length < 1 || read.length > 2) continue;
      try {
        read('oui, 4 pneus', 'fr');
        found.push({ name: `${file.replace('.js', '')}.${name}`, read: (text) => read(text, 'fr') });
      } catch {
        // It takes something else.
      }
    }
  return found;
}

const everyWord = [...new Set([...MARKS, ...patterns.flatMap(({ source }) => wordsOf(source))])];
const tasks = [
  ...patterns.map(({ file, source, flags }) => {
    const pattern = new RegExp(source, flags);
    const words = [...new Set([...MARKS, ...wordsOf(source)])];
    return { name: `${file} ${source.slice(0, 60)}`, words, chars: CHARS.pattern, read: (said) => said.match(pattern) };
  }),
  ...(await readers()).map((reader) => ({ ...reader, words: everyWord, chars: CHARS.reader })),
];
parentPort.postMessage(tasks.map(({ name, words }) => ({ name, words })));
for (const [task, { words, chars, read }] of tasks.entries())
  for (const [word, each] of words.entries()) {
    Atomics.store(place, 0, task);
    Atomics.store(place, 1, word);
    for (const end of ENDS)
      try {
        read(`${`${each} `.repeat(chars / (each.length + 1))}${end}`);
        read(`${each.repeat(chars / each.length)}${end}`);
      } catch {
        // No answer is one, too.
      }
  }
parentPort.postMessage('done');
