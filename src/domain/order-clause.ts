import {
  ADDING,
  ARTICLE,
  CLOSING,
  ENCLITIC,
  LEADING,
  NOT,
  NOT_WANTING,
  OF_AN_ORDER,
  OPENING,
  PUTTING,
  REMOVING,
  SETTING,
  TRAILING,
  WANTING,
} from './order-words.ts';
import { parseSearch, type SearchQuery } from './search-query.ts';
import { readSize } from './tyre-size.ts';

/** One clause of what a customer wants, changes, or does not want. */
export type OrderLine = {
  act: 'add' | 'set' | 'remove';
  /** As said, so that "2,5" is refused and not rounded; undefined when they did not say. */
  quantity: number | undefined;
  /** Set when they said that it comes on top of what there is. */
  isMore: boolean;
  /** Of what, in their words; empty for what was spoken of last ("mets-en 4"). */
  words: string;
  /** Hangs on the clause before by a mere "et": "montage et équilibrage" may be one thing. */
  isSoft: boolean;
};
export type Clause = { text: string; isSoft: boolean };

const isEmpty = ({ groups, generic, size }: SearchQuery): boolean =>
  groups.length === 0 && generic.length === 0 && size.length === 0;
/** True when the words name nothing that could be looked for. */
export const hasNothing = (words: string): boolean => isEmpty(parseSearch(words));

export type Read = OrderLine & { isArticle: boolean; isQuestion: boolean };
const NOTHING: Read = {
  ...{ act: 'add', quantity: undefined, isMore: false, words: '', isSoft: false, isArticle: false, isQuestion: false },
};

/** The amount said of a thing, and the words without it; a tyre's size is no amount. */
function takeAmount(text: string): { quantity: number | undefined; isArticle: boolean; words: string } {
  const leading = LEADING.exec(text);
  const amount = leading?.[1];
  const isSize =
    amount !== undefined &&
    readSize(text).size.length > 0 &&
    readSize(text.slice(leading?.[0].length)).size.length === 0 &&
    /^\d{3}/.test(amount);
  if (leading && amount !== undefined && !isSize) {
    const quantity = Number(amount.replace(' ', '').replace(',', '.'));
    return { quantity, isArticle: false, words: text.slice(leading[0].length).trim() };
  }
  const trailing = TRAILING.exec(text);
  if (trailing) {
    const quantity = Number(trailing[1] ?? trailing[2]);
    return { quantity, isArticle: false, words: text.slice(0, trailing.index).trim() };
  }
  if (ARTICLE.test(text)) return { quantity: 1, isArticle: true, words: text.replace(ARTICLE, '') };
  return { quantity: undefined, isArticle: false, words: text };
}

/** What one clause says; `hasRefused` when a no stands before it. */
export function readClause({ text, isSoft }: Clause, hasRefused: boolean): Read {
  const isQuestion = text.includes('?');
  let words = text.replaceAll('?', ' ').replace(/\s+/g, ' ').trim().replace(OPENING, '').replace(CLOSING, '').trim();
  if (NOT_WANTING.test(`${words} `)) {
    const what = `${words} `.replace(NOT_WANTING, '').replace(new RegExp(SETTING, 'g'), ' ').trim();
    const { quantity: _, words: left, ...rest } = takeAmount(what);
    return {
      ...rest,
      act: 'remove',
      quantity: undefined,
      isMore: false,
      words: left,
      isSoft: false,
      isQuestion,
    };
  }
  const verb = REMOVING.exec(words);
  if (verb) {
    const object = words.slice(verb.index + verb[0].length).trim();
    const isNoRemoval =
      NOT.test(words.slice(0, verb.index)) || (/^(?:annul|cancel)/.test(verb[0]) && OF_AN_ORDER.test(object));
    return isNoRemoval ? { ...NOTHING, isQuestion } : readRemoval(object, isQuestion);
  }
  const isSetting = SETTING.test(words) || hasRefused;
  const isMore = ADDING.test(words);
  const isPut = PUTTING.test(words);
  words = words.replace(WANTING, '').replace(PUTTING, '');
  words = words
    .replace(new RegExp(SETTING, 'g'), ' ')
    .replace(new RegExp(ADDING, 'g'), (said) => /\d+/.exec(said)?.[0] ?? ' ');
  words = words
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:m |moi |me |us )/, '')
    .replace(PUTTING, '')
    .replace(OPENING, '')
    .replace(/^(?:en|y) /, '')
    .trim();
  const { quantity, isArticle, words: said } = isSetting ? takeTarget(words) : takeAmount(words);
  const left = said.replace(/^(?:de|d|of|des|du)\b ?/, '').trim();
  const what = hasNothing(left) ? '' : left;
  // "Mets-en 4": so many in all; "ajoutes-en 4": on top.
  const isAbout = what === '' && !isMore;
  return {
    act: isSetting || (isAbout && isPut) ? 'set' : 'add',
    quantity,
    isArticle,
    isMore,
    words: what,
    isSoft,
    isQuestion,
  };
}

/** "Passe les équilibrages à 4": of a correction the number may stand anywhere. */
function takeTarget(words: string) {
  const first = takeAmount(words);
  if (first.quantity !== undefined && !first.isArticle) return first;
  const { size } = readSize(words);
  const numbers = size.length > 0 ? [] : [...words.matchAll(/(?<!\d)\d{1,3}(?!\d)/g)];
  const [only] = numbers;
  if (numbers.length !== 1 || !only) return first;
  const left = `${words.slice(0, only.index)} ${words.slice(only.index + only[0].length)}`.replace(
    / (?:a|to|por|en)(?= |$)/g,
    ' ',
  );
  return { quantity: Number(only[0]), isArticle: false, words: left.replace(/\s+/g, ' ').trim() };
}

function readRemoval(object: string, isQuestion: boolean): Read {
  const what = object.replace(/^(?:moi|me|m)\b ?/, '');
  const { quantity, isArticle, words } = takeAmount(what.replace(/^(?:les|las|los|the) (?=\d)/, ''));
  // "Retire le 2" is the second line; "retire 2 pneus" is two of them.
  const counts = quantity !== undefined && !isArticle && words !== '' && !hasNothing(words);
  return {
    ...{ act: 'remove', isMore: false, isSoft: false, isArticle, isQuestion },
    quantity: counts ? quantity : undefined,
    words: (counts ? words : what).replace(ENCLITIC, ' ').replace(/\s+/g, ' ').trim(),
  };
}
