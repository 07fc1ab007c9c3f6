import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { renderInstructions } from '../../src/agent/prompt.ts';
import { ALL_TOOLS } from '../../src/agent/tools/all-tools.ts';
import { compactJson } from '../../src/agent/tools/tool.ts';
import { LOCALES } from '../../src/domain/locale.ts';
import { LIMITS } from '../../src/domain/outbound-message.ts';
import { shop } from '../support/conversation.ts';

const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, '../../prompts', file), 'utf8');
const counter = (locale: string): Record<string, string> => JSON.parse(read(`counter/${locale}.json`));
const variablesOf = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]))];
const named = (text: string) =>
  variablesOf(text).filter((name) => /^[a-z][A-Za-z]+$/.test(name ?? '') && text.includes(`{${name}`));

test.each(LOCALES)('the counter speaks %s with the same keys as French', (locale) => {
  expect(Object.keys(counter(locale)).sort()).toEqual(Object.keys(counter('fr')).sort());
});

test.each(LOCALES)('every text in %s fills the same variables as in French', (locale) => {
  const used = ['count', 'query', 'label', 'total', 'orderNumber', 'expiresAt', 'places', 'locationName', 'quantity'];
  for (const [key, text] of Object.entries(counter('fr'))) {
    const of = (said: string) => used.filter((name) => named(said).includes(name));
    expect([key, of(counter(locale)[key] ?? '')]).toEqual([key, of(text)]);
  }
});

test.each(LOCALES)('button titles in %s fit WhatsApp', (locale) => {
  for (const [key, title] of Object.entries(counter(locale)).filter(([key]) => key.endsWith('_button'))) {
    expect([key, title.replace('{count}', '99').length <= LIMITS.buttonTitleChars]).toEqual([key, true]);
  }
});

test.each(LOCALES)('the instructions in %s hold nothing but shop constants', (locale) => {
  const instructions = renderInstructions(read(`agent/${locale}.md`), shop);
  expect(instructions).toContain(shop.name);
  expect(instructions).not.toContain('{{');
  for (const { name } of ALL_TOOLS.filter(({ name }) => !/show|choose/.test(name)))
    expect(instructions).toContain(name);
});

test('a variable nobody fills is a fault, not a hole in the instructions', () => {
  expect(() => renderInstructions('{{customerPhone}}', shop)).toThrow('customerPhone');
});

test('every tool is strict: all keys required, nothing else accepted', () => {
  expect(ALL_TOOLS.map((tool) => tool.name)).toEqual([
    'search_products',
    'show_product',
    'add_to_cart',
    'set_quantity',
    'remove_from_cart',
    'show_cart',
    'set_customer_details',
    'choose_location',
    'propose_order',
    'confirm_order',
    'order_status',
    'resend_payment_link',
    'cancel_order',
    'call_human',
  ]);
  for (const { parameters } of ALL_TOOLS) {
    expect(parameters.additionalProperties).toBe(false);
    expect(parameters.required ?? []).toEqual(Object.keys(parameters.properties ?? {}));
    expect(JSON.stringify(parameters)).not.toMatch(/customer_id|phone|pattern/);
  }
});

test('what a tool answers reaches the model without what is null', () => {
  const order = { number: 'C-1', pay_before: null };
  expect(compactJson({ kind: 'orders', orders: [order], more: null })).toBe(
    '{"kind":"orders","orders":[{"number":"C-1"}]}',
  );
});
