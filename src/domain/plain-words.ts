import { plainText } from './plain-text.ts';

// What an emoji by itself says. Skin tones and variation selectors change nothing.
const AGREEING = /[👍👌✅✔☑🆗🤝💯]/gu;
const REFUSING = /[👎❌🚫⛔]/gu;

/** Lower case, without accents and marks; a thumb is a word; letters held down ("ouiii") are one. */
export function tidy(text: string): string {
  return plainText(text.replace(AGREEING, ' oui ').replace(REFUSING, ' non '))
    .replace(/[^a-z0-9?+ ]/g, ' ')
    .replace(/([a-z])\1{2,}/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

const POLITE =
  /(?: (?:svp|stp|s il (?:vous|te) plait|merci(?: beaucoup| bien| d avance| par avance)?|please|pls|plz|porfa|porfavor|thanks|thank you|thx|por favor|(?:muchas )?gracias))+$/;

/** Without the politeness at its end; `words` are tidied. */
export const withoutPoliteness = (words: string): string => words.replace(POLITE, '');

/** Patterns of phrases (parted by |), each to be looked for where another ended. */
const phrasePatterns = (lists: readonly string[]): RegExp[] =>
  lists.flatMap((list) => list.split('|')).map((phrase) => new RegExp(`${phrase}(?: |$)`, 'y'));

/** Where a phrase that begins at `start` ends. */
const endsFrom = (patterns: readonly RegExp[], words: string, start: number): number[] =>
  patterns.flatMap((pattern) => {
    pattern.lastIndex = start;
    return pattern.test(words) ? [pattern.lastIndex] : [];
  });

/**
 * One or more of `phrases` and nothing else; after the first also `tails`. Each place is looked from once, so that the time grows with the
 * text: one pattern for all of it would try every way to part what fits two phrases, and hang on "confirme confirme ...".
 */
export function only(phrases: readonly string[], tails: readonly string[] = []): { test(words: string): boolean } {
  const first = phrasePatterns(phrases);
  const further = phrasePatterns([...phrases, ...tails]);
  return {
    test(words) {
      const reached = new Set(endsFrom(first, words, 0));
      // A set hands out what is added while it is walked.
      for (const place of reached) for (const end of endsFrom(further, words, place)) reached.add(end);
      return reached.has(words.length);
    },
  };
}
