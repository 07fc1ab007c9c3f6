import { type CatalogueLine, readCatalogueLine } from '../../domain/catalogue-line.ts';
import { minorUnitDigits, parseMoney } from '../../domain/money.ts';
import { storableText } from '../../domain/storable.ts';
import type { ProductFacts } from '../../flows/edit-product.ts';
import { single } from '../identifiers.ts';
import type { ProductField } from './words/catalogue-words.ts';

type Attributes = CatalogueLine['attributes'];
export type ProductFormValues = Record<ProductField, string> & { active: boolean; stocked: boolean };

/** One "name: value" per line, as the form shows them. */
export const attributeLines = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

/** What reads as before keeps the type it had: "16" of a text stays a text. Undefined for a line without name or value. */
function readAttributes(text: string, before: Attributes): Attributes | undefined {
  const entries: [string, string | number | boolean][] = [];
  for (const line of text.split(/\r?\n/).filter((each) => each.trim())) {
    const [first = '', ...rest] = line.split(':');
    const [name, value] = [first.trim(), rest.join(':').trim()];
    if (!name || !value || name === '__proto__') return undefined;
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    entries.push([name, old !== undefined && String(old) === value ? old : value]);
  }
  return Object.fromEntries(entries);
}

/** An amount as people type it, e.g. "1234,50", to be changed in a form. */
export function amountTyped(amountMinor: number, currency: string): string {
  const digits = minorUnitDigits(currency);
  return (amountMinor / 10 ** digits).toFixed(digits).replace('.', ',');
}

/** The fields as they were typed, to show them again. */
export function typedProduct(given: Record<string, unknown>): ProductFormValues {
  const text = (name: string) => storableText(single(given[name]));
  return {
    sku: text('sku'),
    label: text('label'),
    brand: text('brand'),
    model: text('model'),
    category: text('category'),
    description: text('description').replaceAll('\r\n', '\n'),
    attributes: text('attributes'),
    price_minor: text('price_minor'),
    active: given.active === 'yes',
    stocked: given.stocked === 'yes',
  };
}

export type ReadProduct = { facts: ProductFacts; sku: string } | { wrong: ProductField[] };

/** The form read by the rules of a catalogue file, or the fields that break one. */
export function readProductForm(
  typed: ProductFormValues,
  { currency, before }: { currency: string; before: Attributes },
): ReadProduct {
  const attributes = readAttributes(typed.attributes, before);
  const priceMinor = parseMoney(typed.price_minor, currency);
  const { active, stocked: _, ...texts } = typed;
  const read = readCatalogueLine({
    ...texts,
    ...{ attributes: JSON.stringify(attributes ?? {}), price_minor: String(priceMinor ?? ''), currency },
    ...{ stock: '', location: '', slot: '', image_url: '' },
  });
  const broken = 'problems' in read ? read.problems.map((problem) => problem.split(' ')[0]) : [];
  if ('problems' in read || !attributes) {
    const fields = Object.keys(texts) as ProductField[];
    return { wrong: fields.filter((name) => broken.includes(name) || (name === 'attributes' && !attributes)) };
  }
  const { sku, label, brand, model, category, description } = read.line;
  const facts = { label, brand, model, category, description, attributes, active, priceMinor: read.line.priceMinor };
  return { facts, sku };
}
