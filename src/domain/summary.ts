import { z } from 'zod';
import { searchWords } from './search-text.ts';

const phrases = (max: number) => z.array(z.string().max(80)).max(max).default([]);

/**
 * What the older part of a conversation came to, by rules from what was said and done: no words of the customer's as they
 * were, so that nothing written long ago speaks to the model again. Newest last in every list.
 */
const summarySchema = z.object({
  /** Sequence number of the customer's last message that is in it. */
  untilSeq: z.string().regex(/^\d+$/).default('0'),
  sizes: phrases(3),
  cars: phrases(2),
  searched: phrases(5),
  shown: phrases(6),
  put_in_cart: phrases(6),
  taken_out: phrases(3),
});
export type Summary = z.infer<typeof summarySchema>;
type ListName = Exclude<keyof Summary, 'untilSeq'>;
const LENGTHS: Record<ListName, number> = { sizes: 3, cars: 2, searched: 5, shown: 6, put_in_cart: 6, taken_out: 3 };
const LISTS = Object.keys(LENGTHS) as ListName[];

/** A summary an older version wrote is begun anew rather than fatal. */
export function readSummary(stored: unknown): Summary {
  const parsed = summarySchema.safeParse(stored);
  return parsed.success ? parsed.data : summarySchema.parse({});
}

/** What one message of the customer's, or the turn that answered it, adds. */
export type SummaryFacts = Partial<Record<ListName, string[]>>;

/** Adds what left the window. The same facts twice add nothing. */
export function addToSummary(summary: Summary, untilSeq: string, facts: readonly SummaryFacts[]): Summary {
  const next: Summary = { ...summary, untilSeq };
  for (const name of LISTS) {
    const all = [...summary[name], ...facts.flatMap((fact) => fact[name] ?? [])].map((phrase) => phrase.slice(0, 80));
    // Said again, it is the newest.
    next[name] = [...new Set(all.reverse())].slice(0, LENGTHS[name]).reverse();
  }
  return next;
}

/** For the model, at most `maxChars`: what is least needed and oldest goes first. Undefined when there is nothing to say. */
export function renderSummary(summary: Summary, maxChars: number): string | undefined {
  const lists = Object.fromEntries(LISTS.map((name) => [name, [...summary[name]]])) as Record<ListName, string[]>;
  const render = () => JSON.stringify(Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)));
  for (const name of ['searched', 'shown', 'taken_out', 'put_in_cart', 'cars', 'sizes'] as const) {
    while (render().length > maxChars && lists[name].length > 0) lists[name].shift();
  }
  const text = render();
  return text === '{}' ? undefined : text;
}

// Widths end in 5, rims go from 10 to 24 inches: no telephone number is taken for a tyre.
const SIZE = /(?<!\d)([1-3]\d5)\s*[/ -]\s*(\d{2})\s*[-/ ]?\s*z?r?\s*-?\s*(1\d|2[0-4])(?!\d)/gi;

/** "205 55 16", "205/55r16" -> "205/55 R16". */
export const sizesIn = (text: string): string[] =>
  [...text.matchAll(SIZE)].map(([, width, height, rim]) => `${width}/${height} R${rim}`);

/** What was looked for, as at most five plain words. */
export function searchPhrase(query: string): string {
  const words = searchWords(query).filter((word) => word.length > 2 && word.length <= 20);
  return words.slice(0, 5).join(' ');
}
