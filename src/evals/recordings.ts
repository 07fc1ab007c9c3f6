import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { answerSchema, type EvalCase, type RecordedAnswer } from './eval-case.ts';
import { EVALS_FOLDER } from './read-cases.ts';

const recordingFile = z.strictObject({
  /** Whose answers they are, for whoever reads the file. */
  model: z.string(),
  note: z.string(),
  /** By the conversation's name. */
  conversations: z.record(z.string(), z.array(answerSchema)),
});

export const RECORDINGS_FOLDER = path.join(EVALS_FOLDER, 'recordings');

/** How a recording is made again. */
export const renewCommand = (theme: string): string => `renew with: npm run eval -- --record --only ${theme}`;

function readRecording(file: string) {
  const theme = path.basename(file, '.json');
  const refuse = (problem: string) =>
    new AppError('recording_bad', `recordings/${theme}.json${problem}; ${renewCommand(theme)}`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse(` is no JSON: ${(error as Error).message}`);
  }
  const parsed = recordingFile.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(`, ${z.core.toDotPath(issue?.path ?? [])}: ${issue?.message}`);
}

/** A theme's recorded answers by conversation; none when nothing of it is recorded. Throws AppError on a bad file. */
export function readRecordings(theme: string, folder = RECORDINGS_FOLDER): Map<string, RecordedAnswer[]> {
  const file = path.join(folder, `${theme}.json`);
  return new Map(existsSync(file) ? Object.entries(readRecording(file).conversations) : []);
}

const STAND_IN = 'the stand-in model';
const NOTES = {
  standIn:
    'Answers of the stand-in model, which follows rules: they hold tools, policy and messages, not how well a model sells.',
  model: 'Answers of a real model.',
};

/** Keeps the answers of a theme's conversations, in the order of `cases`; of those without new ones, the old. */
export function writeRecordings(
  theme: string,
  recorded: { model: string | 'stand-in'; answers: ReadonlyMap<string, RecordedAnswer[]>; cases: readonly EvalCase[] },
  folder = RECORDINGS_FOLDER,
): void {
  const { model, answers, cases } = recorded;
  const before = readRecordings(theme, folder);
  const kept = cases.flatMap(({ name }): [string, RecordedAnswer[]][] => {
    const known = answers.get(name) ?? before.get(name);
    return known ? [[name, known]] : [];
  });
  if (kept.length === 0) return;
  const isStandIn = model === 'stand-in';
  const content: z.infer<typeof recordingFile> = {
    model: isStandIn ? STAND_IN : model,
    note: isStandIn ? NOTES.standIn : NOTES.model,
    conversations: Object.fromEntries(kept),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${theme}.json`), `${JSON.stringify(content, null, 2)}\n`);
}
