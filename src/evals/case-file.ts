import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { LOCALES } from '../domain/locale.ts';
import { ORDER_STATUSES } from '../domain/order.ts';
import { isPattern } from './pattern.ts';

/** A conversation to be played and checked, as prompts/evals/*.json hold them (docs/evaluation.md says it in prose). */

const words = z.string().trim().min(1).max(2_000);
const sku = z.string().regex(/^[\w-]+$/, 'is no SKU');
const pattern = words.refine(isPattern, 'is no working /regular expression/');
const patterns = z.array(pattern).default([]);
const lines = z.record(sku, z.int().min(1).max(99));
const onHand = z.record(z.string(), z.int().min(0).max(999));

/** A product that is not in the demo catalogue, or what is different of one that is. */
const productChange = z.strictObject({
  sku,
  brand: words.optional(),
  model: words.optional(),
  label: words.optional(),
  description: z.string().max(2_000).optional(),
  category: words.optional(),
  priceMinor: z.int().min(0).optional(),
  /** Pieces by code of the pickup location. */
  stock: onHand.optional(),
});
export type ProductChange = z.infer<typeof productChange>;

const ACTS = [
  'says',
  'taps',
  'voiceNote',
  'picture',
  'location',
  'sticker',
  'pays',
  'minutesPass',
  'shopChanges',
] as const;

const turn = z
  .strictObject({
    /** Several at once arrive as one burst. */
    says: z.union([words, z.array(words).min(1).max(40)], 'is neither words nor a list of them').optional(),
    /** A button's or row's title, or its place (from 1) among what the last answer offers. */
    taps: z.union([words, z.int().min(1).max(10)], 'is neither a title nor a place from 1 to 10').optional(),
    /** What is said in it. */
    voiceNote: words.optional(),
    /** A file beside the cases, and the words sent with it. */
    picture: z.strictObject({ file: words, caption: z.string().max(1_000).default('') }).optional(),
    location: z.strictObject({ latitude: z.number(), longitude: z.number() }).optional(),
    sticker: z.literal(true).optional(),
    pays: z.enum(['card accepted', 'card declined']).optional(),
    minutesPass: z
      .int()
      .min(1)
      .max(60 * 24 * 400)
      .optional(),
    /** While the customer thinks: a price moves, the last ones are sold. */
    shopChanges: z.array(productChange).min(1).optional(),
    /** Of the answer to this turn. */
    said: patterns,
    neverSaid: patterns,
  })
  .refine((given) => ACTS.filter((act) => given[act] !== undefined).length === 1, {
    error: `does not do exactly one of: ${ACTS.join(', ')}`,
  });
export type EvalTurn = z.infer<typeof turn>;

const expectedOrder = z.strictObject({
  status: z.enum(ORDER_STATUSES),
  lines,
  totalMinor: z.int().min(0),
  /** Code of the pickup location. */
  at: words.optional(),
});

const expectations = z.strictObject({
  /** Exactly this stands in the open cart; nothing unless told. */
  cart: lines.default({}),
  /** Exactly these, oldest first; none unless told. */
  orders: z.array(expectedOrder).default([]),
  answersNext: z.enum(['bot', 'person']).default('bot'),
  optedOut: z.boolean().default(false),
  customer: z
    .strictObject({ firstName: words.nullable(), email: words.nullable(), language: z.enum(LOCALES).nullable() })
    .partial()
    .default({}),
  /** Somewhere in the shop's messages. */
  said: patterns,
  neverSaid: patterns,
  /** At most, over the whole conversation. */
  modelCalls: z.int().min(0).max(200),
});
export type Expectations = z.infer<typeof expectations>;

/** One answer of a model, written down: words, calls of tools, or a failure in their place. */
export const answerSchema = z.union(
  [
    z.strictObject({
      /** The customer's words it answers; absent for what follows on a tool's result, and where they do not matter. */
      to: z.string().optional(),
      text: z.string(),
    }),
    z.strictObject({
      to: z.string().optional(),
      text: z.string().optional(),
      /** Arguments as an object; as a string where the model wrote no JSON. Ids as sku:..., place:..., order:1. */
      calls: z.array(
        z.strictObject({ name: z.string(), arguments: z.union([z.record(z.string(), z.unknown()), z.string()]) }),
      ),
    }),
    z.strictObject({ to: z.string().optional(), fails: z.string() }),
  ],
  'is no answer: give text, calls or fails',
);
export type RecordedAnswer = z.infer<typeof answerSchema>;

const evalCase = z.strictObject({
  name: words,
  language: z.enum(LOCALES),
  /** What it shows, for whoever reads it. */
  about: words.optional(),
  customer: z
    .strictObject({
      /** As WhatsApp tells it. */
      profileName: words.default('Camille Martin'),
      firstName: words.optional(),
      email: words.optional(),
      language: z.enum(LOCALES).optional(),
      optedOut: z.boolean().default(false),
    })
    .prefault({}),
  /** What is different from the demo catalogue. */
  shop: z.array(productChange).default([]),
  /** `none`: by rules alone. `written`: by `answers`, a model that misbehaves; no other model is asked. */
  model: z.enum(['any', 'none', 'written']).default('any'),
  /** Written by hand: what a good model would say, replayed by the tests in place of a recording; or a bad one's. */
  answers: z.array(answerSchema).default([]),
  turns: z.array(turn).min(1).max(60),
  expect: expectations,
});
export type EvalCase = z.infer<typeof evalCase> & {
  /** The file's name without .json. */
  theme: string;
};

const themeFile = z.strictObject({
  /** What its conversations have in common. */
  about: words,
  conversations: z.array(evalCase).min(1),
});
const alwaysFile = z.strictObject({ about: words, neverSaid: z.array(pattern) });

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
