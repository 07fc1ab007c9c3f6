const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Text as PostgreSQL can hold it: without NUL, and without half an emoji (as a model or a cut may leave one). */
export const storableText = (text: string): string => text.replaceAll('\u0000', '').replace(LONE_SURROGATE, '\uFFFD');

/** The same JSON value with every text and key in it storable; one bad character must not keep a whole turn from being kept. */
export function asStorable<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_key, inner: unknown) => storableValue(inner))) as T;
}

function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), inner]));
}

// How JSON writes NUL and surrogates; only halves of pairs are unstorable, which the slow way finds.
const SUSPICIOUS_ESCAPE = /\\u(0000|d[89a-f][0-9a-f]{2})/i;

/** The same JSON text with every string in it storable. JSON without such an escape is answered as it is. */
export const storableJson = (json: string): string =>
  SUSPICIOUS_ESCAPE.test(json) ? JSON.stringify(asStorable(JSON.parse(json))) : json;

/** At most `chars` characters, the last an ellipsis when something was cut; never half an emoji. */
export function clip(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const cut = text.slice(0, chars - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut.trimEnd()}…`;
}
