import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LOCALES, type Locale } from './domain/locale.ts';
import type { TemplateKey } from './domain/outbound-message.ts';
import type { TemplateWording } from './domain/template.ts';
import { createTexts, type TextCatalogue, type Texts } from './domain/texts.ts';

// Beside src/ and dist/ alike.
const FOLDER = path.resolve(import.meta.dirname, '../prompts');

const read = (...file: string[]) => readFileSync(path.join(FOLDER, ...file), 'utf8');
const perLocale = <T>(load: (locale: Locale) => T) =>
  Object.fromEntries(LOCALES.map((locale) => [locale, load(locale)])) as Record<Locale, T>;

export type TemplateTexts = Record<TemplateKey, TemplateWording>;

/** Everything in prompts/, read once at start: customers' and team's texts, the agent's instructions, Content templates. */
export function loadPrompts(): {
  texts: Texts;
  teamTexts: Texts;
  instructions: Record<Locale, string>;
  templates: Record<Locale, TemplateTexts>;
} {
  const catalogue = (locale: Locale): TextCatalogue => ({
    ...JSON.parse(read('messages', `${locale}.json`)),
    ...JSON.parse(read('counter', `${locale}.json`)),
    ...JSON.parse(read('mail', `${locale}.json`)),
  });
  return {
    texts: createTexts(perLocale(catalogue)),
    teamTexts: createTexts(perLocale((locale) => JSON.parse(read('team', `${locale}.json`)))),
    instructions: perLocale((locale) => read('agent', `${locale}.md`)),
    templates: perLocale((locale) => JSON.parse(read('templates', `${locale}.json`))),
  };
}
