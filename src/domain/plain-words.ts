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

/** One or more of `phrases` (parted by |) and nothing else; after the first also `tails`. */
export function only(phrases: readonly string[], tails: readonly string[] = []): RegExp {
  const first = phrases.join('|');
  return new RegExp(`^(?:${first})(?: (?:${[...phrases, ...tails].join('|')}))*$`);
}
