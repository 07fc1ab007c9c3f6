import { StripeRefusal } from './errors.ts';

export type FormValue = string | FormValue[] | { [key: string]: FormValue };
export type Form = { [key: string]: FormValue };

/**
 * Reads Stripe's nested form encoding: `line_items[0][price_data][currency]=eur`, `expand[]=payment_intent`. Maps whose
 * keys are all whole numbers become lists.
 */
export function parseForm(encoded: string): Form {
  const root: Form = {};
  for (const [path, value] of new URLSearchParams(encoded)) {
    const keys = path.split(/[[\]]+/).filter((key, index) => key !== '' || index === 0);
    if (path.endsWith('[]')) keys.push(String(Object.keys(childOf(root, keys)).length));
    if (keys.some((key) => key === '__proto__')) throw new StripeRefusal(`Invalid parameter name: ${path}`);
    const last = keys.pop() ?? '';
    childOf(root, keys)[last] = value;
  }
  return listsIn(root) as Form;
}

function childOf(root: Form, keys: string[]): Form {
  let here = root;
  for (const key of keys) {
    const next = here[key];
    if (typeof next === 'object' && !Array.isArray(next)) {
      here = next;
      continue;
    }
    const fresh: Form = {};
    here[key] = fresh;
    here = fresh;
  }
  return here;
}

function listsIn(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, listsIn(inner)] as const);
  const isList = entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key));
  if (!isList) return Object.fromEntries(entries);
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, inner]) => inner);
}

/** Refuses what the operation does not know, with Stripe's words. */
export function refuseUnknown(form: Form, known: ReadonlySet<string>): void {
  const unknown = Object.keys(form).find((key) => !known.has(key));
  if (unknown === undefined) return;
  const message = `Received unknown parameter: ${unknown}`;
  throw new StripeRefusal(message, { code: 'parameter_unknown', param: unknown });
}

export function textOf(form: Form, key: string): string | null {
  const value = form[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function mapOf(form: Form, key: string): Form {
  const value = form[key];
  return typeof value === 'object' && !Array.isArray(value) ? value : {};
}

export function listOf(form: Form, key: string): FormValue[] {
  const value = form[key];
  return Array.isArray(value) ? value : [];
}

/** A whole number, or null when absent. */
export function integerOf(form: Form, key: string, param = key): number | null {
  const value = form[key];
  if (value === undefined) return null;
  if (typeof value !== 'string' || !/^-?\d{1,15}$/.test(value)) {
    throw new StripeRefusal(`Invalid integer: ${String(value)}`, { code: 'parameter_invalid_integer', param });
  }
  return Number(value);
}

/** Metadata within Stripe's limits: 50 keys of at most 40 characters, values of at most 500. */
export function metadataOf(form: Form, param = 'metadata'): Record<string, string> {
  const metadata = Object.entries(mapOf(form, 'metadata'));
  if (metadata.length > 50) throw new StripeRefusal('Metadata can have at most 50 keys.', { param });
  return Object.fromEntries(
    metadata.map(([key, value]) => {
      if (key.length > 40) {
        throw new StripeRefusal(`Metadata keys must be at most 40 characters: ${key}`, { param });
      }
      if (typeof value !== 'string' || value.length > 500) {
        throw new StripeRefusal(`Metadata values must be text of at most 500 characters: ${key}`, { param });
      }
      return [key, value];
    }),
  );
}
