import { z } from 'zod';
import { LOCALES } from '../domain/locale.ts';
import { ORDER_STATUSES } from '../domain/order.ts';
import { isPattern } from './pattern.ts';

/** A conversation to be played and checked, as prompts/evals/*.json hold them (docs/evaluation.md says it in prose). */

const words = z.string().trim().min(1).max(2_000);
const sku = z.string().regex(/^[\w-]+$/, 'is no SKU');
export const patternSchema = words.refine(isPattern, 'is no working /regular expression/');
const patterns = z.array(patternSchema).default([]);
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
    taps: z.union([words, z.int().min(1).max(10)]).optional(),
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

export const caseSchema = z.strictObject({
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
export type EvalCase = z.infer<typeof caseSchema> & {
  /** The file's name without .json. */
  theme: string;
};
