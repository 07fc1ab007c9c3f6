import type { Locale } from '../domain/locale.ts';

/** Somebody's own words in the marks of the reader's language; French ones keep their distance and their line. */
export function quoted(words: string, locale: Locale): string {
  if (locale === 'fr') return `«\u00a0${words}\u00a0»`;
  return locale === 'es' ? `«${words}»` : `“${words}”`;
}
