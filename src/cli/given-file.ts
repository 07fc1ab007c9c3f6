import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { UsageError } from './command.ts';

/** Heroku's CLI sends this where what was piped into it ends, and keeps the line open. */
const END_OF_TRANSMISSION = 4;

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    const end = chunk.indexOf(END_OF_TRANSMISSION);
    chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
    if (end >= 0) break;
  }
  return Buffer.concat(chunks);
}

/**
 * The one file a command is given: its path, or "-" for standard input, where the machine that runs it has not the file (a
 * container, a dyno).
 */
export async function givenFile([file, ...more]: readonly string[]): Promise<{ name: string; bytes: Buffer }> {
  if (!file || more.length > 0) throw new UsageError('Name one file, or - for what is sent to this command.');
  if (file === '-') return { name: 'What was sent', bytes: await readStandardInput() };
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  return { name: file, bytes: await readFile(file) };
}
