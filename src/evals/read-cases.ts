import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { caseSchema, type EvalCase, patternSchema } from './eval-case.ts';

const themeFile = z.strictObject({
  /** What its conversations have in common. */
  about: z.string().min(1),
  conversations: z.array(caseSchema).min(1),
});
const alwaysFile = z.strictObject({ about: z.string().min(1), neverSaid: z.array(patternSchema) });

/** Beside src/ and dist/ alike. */
export const EVALS_FOLDER = path.resolve(import.meta.dirname, '../../prompts/evals');
const ALWAYS = 'always.json';

/** Every problem with its file and field, so that whoever wrote a conversation finds it. */
export class CaseFileError extends AppError {
  constructor(problems: readonly string[]) {
    super('eval_cases_bad', `The conversations cannot be read:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}

type Read = { value: unknown } | { problem: string };

function readJson(file: string): Read {
  try {
    return { value: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    return { problem: `${path.basename(file)}: is no JSON (${(error as Error).message})` };
  }
}

/** "finding.json, "quatre pneus", turns[2].taps: ...": the conversation by its name where it has one. */
function describeIssue(file: string, value: unknown, issue: z.core.$ZodIssue): string {
  const [list, index, ...rest] = issue.path;
  const isInside = list === 'conversations' && typeof index === 'number';
  const named = isInside && (value as { conversations: { name?: unknown }[] }).conversations[index]?.name;
  const where = !isInside ? [] : [typeof named === 'string' ? `"${named}"` : `conversation ${index + 1}`];
  const field = z.core.toDotPath(isInside ? rest : issue.path);
  return `${[path.basename(file), ...where, ...(field ? [field] : [])].join(', ')}: ${issue.message}`;
}

function parseFile<T>(schema: z.ZodType<T>, file: string, problems: string[]): T | undefined {
  const read = readJson(file);
  if ('problem' in read) {
    problems.push(read.problem);
    return undefined;
  }
  const parsed = schema.safeParse(read.value);
  if (parsed.success) return parsed.data;
  problems.push(...parsed.error.issues.map((issue) => describeIssue(file, read.value, issue)));
  return undefined;
}

function inconsistencies(cases: readonly EvalCase[]): string[] {
  const names = cases.map(({ name }) => name);
  return cases.flatMap(({ theme, name, model, answers }, index) => {
    const where = `${theme}.json, "${name}"`;
    return [
      ...(names.indexOf(name) < index ? [`${where}: another conversation has this name`] : []),
      ...(model === 'written' && answers.length === 0 ? [`${where}, answers: are missing for a written model`] : []),
      ...(model === 'none' && answers.length > 0 ? [`${where}, answers: there are none by rules alone`] : []),
    ];
  });
}

export type CaseCollection = {
  cases: EvalCase[];
  /** Never to be said in any conversation. */
  neverSaid: string[];
};

/** Reads every conversation in the folder. Throws CaseFileError with all problems, by file and field. */
export function readCases(folder = EVALS_FOLDER): CaseCollection {
  const problems: string[] = [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== ALWAYS);
  const cases = files.sort().flatMap((file): EvalCase[] => {
    const theme = path.basename(file, '.json');
    const read = parseFile(themeFile, path.join(folder, file), problems);
    return (read?.conversations ?? []).map((conversation) => ({ ...conversation, theme }));
  });
  const always = parseFile(alwaysFile, path.join(folder, ALWAYS), problems);
  problems.push(...inconsistencies(cases));
  if (problems.length > 0) throw new CaseFileError(problems);
  return { cases, neverSaid: always?.neverSaid ?? [] };
}
