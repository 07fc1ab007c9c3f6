import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { LOCALES } from '../../src/domain/locale.ts';
import { LIMITS, TEMPLATE_KEYS } from '../../src/domain/outbound-message.ts';
import { RATINGS, ratingOf } from '../../src/domain/rating.ts';
import type { TemplateWording } from '../../src/domain/template.ts';
import { createTexts } from '../../src/domain/texts.ts';

const PROMPTS = path.resolve(import.meta.dirname, '../../prompts');
const read = (folder: string, locale: string) =>
  JSON.parse(readFileSync(path.join(PROMPTS, folder, `${locale}.json`), 'utf8')) as Record<string, string>;
type Node = { type: number; value?: string; options?: Record<string, { value: Node[] }> };
// https://formatjs.github.io/docs/icu-messageformat-parser: 0 is literal text, 7 is the # of a plural.
const namesIn = (nodes: readonly Node[]): string[] =>
  nodes.flatMap(({ type, value = '', options = {} }) => [
    ...(type === 0 || type === 7 ? [] : [value]),
    ...Object.values(options).flatMap((option) => namesIn(option.value)),
  ]);
const variablesOf = (text: string) =>
  [...new Set(namesIn(new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst() as Node[]))].sort();

describe.each(['messages', 'counter', 'mail', 'team'])('the texts in prompts/%s', (folder) => {
  const [fr, en, es] = LOCALES.map((locale) => read(folder, locale)) as [
    Record<string, string>,
    Record<string, string>,
    Record<string, string>,
  ];

  test('exist in all three languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(fr).sort());
    expect(Object.keys(es).sort()).toEqual(Object.keys(fr).sort());
  });

  test.each(Object.keys(fr))('%s uses the same variables in each', (key) => {
    expect(variablesOf(en[key] ?? '')).toEqual(variablesOf(fr[key] ?? ''));
    expect(variablesOf(es[key] ?? '')).toEqual(variablesOf(fr[key] ?? ''));
  });

  test('are all valid ICU messages', () => {
    expect(() => createTexts({ fr, en, es })).not.toThrow();
  });
});

describe.each(LOCALES)('the Content templates in %s', (locale) => {
  const templates = JSON.parse(readFileSync(path.join(PROMPTS, 'templates', `${locale}.json`), 'utf8')) as Record<
    string,
    TemplateWording
  >;

  test('exist for every message that may leave outside the window', () => {
    expect(Object.keys(templates).sort()).toEqual([...TEMPLATE_KEYS].sort());
  });

  test.each(TEMPLATE_KEYS)('%s follows the rules WhatsApp approves by', (key) => {
    const { body = '', examples = [] } = templates[key] ?? {};
    const numbers = (body.match(/\{\{(\d+)\}\}/g) ?? []).map((variable) => Number(variable.slice(2, -2)));
    expect(numbers).toEqual(examples.map((_example, index) => index + 1));
    expect(body).not.toMatch(/^\{\{|\}\}[.!?]?$|\}\}\s*\{\{|\n/);
    expect(body.replace(/\{\{\d+\}\}/g, '').length).toBeLessThanOrEqual(LIMITS.templateOwnChars);
    // 2x+1 words that are not variables, for x variables.
    const words = body
      .replace(/\{\{\d+\}\}/g, '')
      .split(/\s+/)
      .filter((word) => /\p{L}/u.test(word));
    expect(words.length).toBeGreaterThanOrEqual(2 * numbers.length + 1);
  });

  test('the question how an order is liked has a button for each answer, as Meta takes them; its title is that answer in words, too', () => {
    const { buttons = [] } = templates.review_request ?? {};
    expect(buttons.map(ratingOf)).toEqual([...RATINGS]);
    for (const title of Object.values(templates).flatMap((template) => template.buttons ?? [])) {
      expect(title.length).toBeLessThanOrEqual(LIMITS.buttonTitleChars);
      expect(title).not.toMatch(/[{}*_~\n]|\p{Extended_Pictographic}/u);
    }
    expect(buttons.length).toBeLessThanOrEqual(LIMITS.buttons);
  });
});
