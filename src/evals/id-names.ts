/** Ids as recordings call them, so that they are the same on any database. */
export type IdNames = {
  skus: ReadonlyMap<string, string>;
  places: ReadonlyMap<string, string>;
  /** Numbers of the customer's orders, oldest first. */
  orders: readonly string[];
};

/** A name that means nothing here: a product that the catalogue has no more. */
export class UnknownName extends Error {}

const ORDER_NUMBER = /\bC-\d+\b/g;

function nameOf(id: string, { skus, places }: IdNames): string {
  for (const [sku, known] of skus) if (known === id) return `sku:${sku}`;
  for (const [code, known] of places) if (known === id) return `place:${code}`;
  return id;
}

function idOf(name: string, { skus, places }: IdNames): string {
  const [, kind, key = ''] = /^(sku|place):(.+)$/.exec(name) ?? [];
  if (kind === undefined) return name;
  const id = (kind === 'sku' ? skus : places).get(key);
  if (id === undefined) throw new UnknownName(`there is no ${name} in this shop`);
  return id;
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}

/** Words with the customer's order numbers as order:1 ... */
export const namedWords = (text: string, { orders }: IdNames): string =>
  text.replace(ORDER_NUMBER, (number) => (orders.includes(number) ? `order:${orders.indexOf(number) + 1}` : number));

/** The same, back. */
export const wordsHere = (text: string, { orders }: IdNames): string =>
  text.replace(/\border:(\d+)\b/g, (name, nth) => orders[Number(nth) - 1] ?? name);

export const namedArguments = (given: unknown, names: IdNames): unknown =>
  mapStrings(given, (text) => namedWords(nameOf(text, names), names));

/** Throws UnknownName. */
export const argumentsHere = (given: unknown, names: IdNames): unknown =>
  mapStrings(given, (text) => idOf(wordsHere(text, names), names));
