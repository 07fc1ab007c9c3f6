import { IntlMessageFormat } from 'intl-messageformat';
import { LOCALES, type Locale } from './locale.ts';

export type TextVariables = Record<string, string | number>;
/** A customer's text in their language. Throws on a key no catalogue has: a typing error of ours, caught by tests. */
export type Texts = (locale: Locale, key: string, variables?: TextVariables) => string;
/** ICU MessageFormat texts by key. */
export type TextCatalogue = Record<string, string>;

/** Compiles the catalogues once (prompts/messages and prompts/counter merged, one per language). */
export function createTexts(catalogues: Record<Locale, TextCatalogue>): Texts {
  const compiled = Object.fromEntries(
    LOCALES.map((locale) => [
      locale,
      new Map(
        Object.entries(catalogues[locale]).map(([key, text]) => [
          key,
          new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }),
        ]),
      ),
    ]),
  ) as Record<Locale, Map<string, IntlMessageFormat>>;
  return (locale, key, variables) => {
    const message = compiled[locale].get(key);
    if (!message) throw new Error(`no text "${key}" in ${locale}`);
    return String(message.format(variables));
  };
}
