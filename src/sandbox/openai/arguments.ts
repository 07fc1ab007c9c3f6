export type Schema = {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  minimum?: number;
};

/** What the customer's words gave; each meets parameters of several names. */
export type Meaning = Partial<
  Record<'query' | 'product' | 'quantity' | 'name' | 'email' | 'phone' | 'location' | 'reason', string | number>
>;

const NAMES: [keyof Meaning, RegExp][] = [
  ['query', /^(query|q|text|search|terms|keywords|words)$/],
  ['quantity', /^(quantity|qty|count)$/],
  ['email', /email/i],
  ['phone', /phone/i],
  ['location', /location|pickup|store/i],
  ['product', /^(product.*|item.*|line.*|id|sku)$/i],
  ['name', /name/i],
  ['reason', /reason|message|note|summary|why/i],
];

/**
 * Arguments that a strict schema accepts: every required key is there, what the words gave is in its place, and what
 * they did not give is null where that is allowed, else the plainest value of the type.
 */
export function fillArguments(schema: Schema, meaning: Meaning): Record<string, unknown> {
  const required = new Set(schema.required ?? []);
  const filled: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const known = meaning[NAMES.find(([, pattern]) => pattern.test(name))?.[0] ?? 'reason'];
    const relevant = NAMES.some(([, pattern]) => pattern.test(name)) ? known : undefined;
    const value = relevant === undefined ? undefined : coerce(property, relevant);
    if (value !== undefined) filled[name] = value;
    else if (required.has(name)) filled[name] = plainest(property, meaning);
  }
  return filled;
}

function typesOf(schema: Schema): string[] {
  const own = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return [...own, ...(schema.anyOf ?? []).flatMap(typesOf)];
}

function coerce(schema: Schema, value: string | number): unknown {
  const choices = schema.enum ?? schema.anyOf?.flatMap((option) => option.enum ?? []);
  if (choices && choices.length > 0) {
    return choices.find((choice) => String(choice).toLowerCase() === String(value).toLowerCase());
  }
  const types = typesOf(schema);
  if (types.includes('string')) return String(value);
  if (types.includes('boolean')) return value === 'true';
  const number = Number(value);
  if (Number.isNaN(number)) return undefined;
  if (types.includes('integer')) return Math.round(number);
  return types.includes('number') ? number : undefined;
}

function plainest(schema: Schema, meaning: Meaning): unknown {
  const types = typesOf(schema);
  if (types.includes('null') || schema.enum?.includes(null)) return null;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (types.includes('string')) return '';
  if (types.includes('integer') || types.includes('number')) return schema.minimum ?? 1;
  if (types.includes('boolean')) return false;
  if (types.includes('array')) return [];
  return fillArguments(schema, meaning);
}
