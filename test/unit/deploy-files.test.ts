import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

// No engine builds images here: what can be read of these files is held to what is there.
const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const isThere = (file: string) => existsSync(path.join(ROOT, file));

test('the image copies what exists, and everything that runs without being compiled', () => {
  const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
    files.split(' '),
  );
  expect(copied.filter((file) => !isThere(file))).toEqual([]);
  expect(copied).toEqual(
    expect.arrayContaining(['prompts', 'prisma', 'scripts', 'package.json', 'package-lock.json', 'src']),
  );
});

test('image, compose file and Procfile start the same programs, and each has a source', () => {
  const started = (text: string) => [...text.matchAll(/dist\/([\w/-]+)\.js/g)].map(([, program]) => program as string);
  const programs = new Set(['Dockerfile', 'compose.yaml', 'Procfile'].flatMap((file) => started(read(file))));
  expect([...programs].sort()).toEqual(['cli/migrate', 'server', 'worker']);
  for (const program of programs) expect(isThere(`src/${program}.ts`)).toBe(true);
});

test('what must not reach an image stays outside of it', () => {
  const ignored = read('.dockerignore').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['.env', '.git', '.data', 'node_modules']));
});
