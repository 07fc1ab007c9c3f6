import { z } from 'zod';

/** The columns of a catalogue file, in the order they are documented. */
export const CATALOGUE_COLUMNS = [
  'sku',
  'brand',
  'model',
  'label',
  'description',
  'category',
  'attributes',
  'price_minor',
  'currency',
  'stock',
  'location',
  'slot',
  'image_url',
] as const;
export type CatalogueRecord = Record<(typeof CATALOGUE_COLUMNS)[number], string>;

/**
 * One good line: a product, and what of it lies at one location, paid pieces that wait for their customers too (docs/adr/0018);
 * `stock` null for a service.
 */
export type CatalogueLine = {
  sku: string;
  brand: string;
  model: string;
  label: string;
  description: string;
  category: string;
  attributes: Record<string, string | number | boolean>;
  priceMinor: number;
  currency: string;
  imageUrl: string | null;
  stock: { onHand: number; location: string; slot: string | null } | null;
};

// Stripe takes at most eight digits as a unit amount.
const MAX_PRICE_MINOR = 99_999_999;
const MAX_STOCK = 1_000_000;
// Line breaks are for descriptions only; U+FFFD is what a file that is not UTF-8 turns into.
const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_BREAKS = /[^\P{Cc}\t\n\r]/u;

const clean = (maxChars: number, control = CONTROL) =>
  z
    .string()
    .trim()
    .max(maxChars, `is longer than ${maxChars} characters`)
    .refine((value) => !control.test(value), 'holds control characters')
    .refine((value) => !value.includes('\ufffd'), 'is not UTF-8: save the file as "CSV UTF-8"');
const required = (maxChars: number) => clean(maxChars).min(1, 'is empty');
const wholeNumber = (max: number, advice: string) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,9}$/, advice)
    .transform(Number)
    .refine((value) => value <= max, `is above ${max}`);

function readAttributes(text: string, context: z.RefinementCtx): CatalogueLine['attributes'] {
  const refuse = () => {
    context.addIssue({ code: 'custom', message: 'must be a JSON object of texts, numbers and true/false' });
    return z.NEVER;
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(); // the line's number and column say where
  }
  const parsed = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).safeParse(value);
  if (!parsed.success || [...Object.values(parsed.data)].some((item) => CONTROL.test(String(item)))) return refuse();
  return parsed.data;
}

const recordShape = z.object({
  sku: required(64),
  brand: required(100),
  model: required(100),
  label: required(200),
  description: clean(2000, CONTROL_BUT_BREAKS),
  category: required(100),
  attributes: clean(4000)
    .transform((value) => value || '{}')
    .transform(readAttributes),
  price_minor: wholeNumber(MAX_PRICE_MINOR, 'must be a whole number in the smallest unit (8990 for 89.90)'),
  currency: z
    .string()
    .trim()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code in upper case, e.g. EUR'),
  stock: z.union(
    [
      z
        .string()
        .trim()
        .length(0)
        .transform(() => null),
      wholeNumber(MAX_STOCK, 'must be a whole number, or empty for a service'),
    ],
    'must be a whole number, or empty for a service',
  ),
  location: clean(64),
  slot: clean(64),
  image_url: clean(500).refine(
    (value) => value === '' || value.startsWith('/') || /^https?:\/\//.test(value),
    'must be an http(s) address or a path that starts with /',
  ),
});

/** Reads one record; the problems name their column. Pure: whether the location exists is asked elsewhere. */
export function readCatalogueLine(record: CatalogueRecord): { line: CatalogueLine } | { problems: string[] } {
  const parsed = recordShape.safeParse(record);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) };
  }
  const { price_minor: priceMinor, image_url: imageUrl, stock, location, slot, ...rest } = parsed.data;
  const product = { ...rest, priceMinor, imageUrl: imageUrl || null };
  if (stock === null) {
    const isPlaced = location !== '' || slot !== '';
    return isPlaced
      ? { problems: ['location and slot must be empty for a service'] }
      : { line: { ...product, stock: null } };
  }
  if (location === '') return { problems: ['location is empty although there is a stock'] };
  return { line: { ...product, stock: { onHand: stock, location, slot: slot || null } } };
}

/** What two lines of one sku must agree on. */
export const productKey = ({ stock, ...product }: CatalogueLine): string =>
  JSON.stringify({ ...product, stocked: stock !== null });
