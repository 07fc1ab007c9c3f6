import { isAngry } from './anger.ts';
import { mayBeYes } from './assent.ts';
import { carsIn } from './cars.ts';
import type { Intent } from './intent.ts';
import { looseIntent, plainIntent } from './intents.ts';
import {
  ASKING,
  ASKING_STATUS,
  BEING,
  CALLING,
  COMPLAINING,
  FAILING,
  MENDING,
  NO_TROUBLE,
  OF_THEIRS,
  OFFER,
  OLD,
  PUTTING_OFF,
  WANTING,
} from './person-words.ts';
import { tidy } from './plain-words.ts';
import { isEmptySearch, parseSearch } from './search-query.ts';

const asks = (words: string): boolean => ASKING.test(words) || (words.includes('?') && BEING.test(words));

const complains = (words: string): boolean =>
  COMPLAINING.some((pattern) => pattern.test(words)) ||
  ((FAILING.test(words) || OLD.test(words)) &&
    !MENDING.test(words) &&
    (OF_THEIRS.test(words) || !(words.includes('?') || asks(words))));

/** Whether a customer's words speak of a person to answer, or of something that went wrong. */
export function saysPersonOrTrouble(text: string): boolean {
  const words = tidy(text.slice(0, 1_000));
  return CALLING.some((pattern) => pattern.test(words)) || complains(words) || isAngry(text);
}

// What the shop's tools answer by themselves.
const ANSWERED = new Set<Intent['kind']>([
  ...(['yes', 'no', 'number', 'quantity', 'change', 'remove', 'clear_cart', 'cart', 'order', 'again', 'link'] as const),
  ...(['greeting', 'thanks', 'payment_info', 'other_place', 'shop_info', 'delivery', 'discount'] as const),
  ...(['stop', 'start', 'resume', 'forget', 'keep_me', 'my_data'] as const),
]);

/** Whether words are about goods: a size, a season, a price, "pneu", "fitting". */
function isAboutGoods(text: string): boolean {
  if (carsIn(text).length > 0) return true;
  const query = parseSearch(text);
  const { generic, size, wantsCheap, wantsCheapest, maxPrice, groups, quantity } = query;
  if (generic.length > 0 || size.length > 0 || groups.some((group) => group.length > 1)) return true;
  return wantsCheap || wantsCheapest || maxPrice !== undefined || quantity !== undefined || isEmptySearch(query);
}

/** A question about goods or the shop, a greeting, thanks, an act of ordering: the shop answers these itself. */
function isForTheShop(text: string): boolean {
  const said = text.slice(0, 1_000);
  const words = tidy(said);
  if (words.replaceAll('?', '').trim() === '') return true;
  const kind = (plainIntent(said) ?? looseIntent(said))?.kind;
  if (kind === 'human' || kind === 'complaint' || kind === 'help') return false;
  if (kind === 'status') return plainIntent(said) !== undefined || ASKING_STATUS.test(words);
  if (kind && ANSWERED.has(kind)) return true;
  const isPlainTalk = asks(words) || [WANTING, PUTTING_OFF, NO_TROUBLE].some((pattern) => pattern.test(words));
  return isPlainTalk || mayBeYes(said) || isAboutGoods(said);
}

/**
 * Whether a model that would call a person may: unless the words are for the shop's own tools and neither speak of a person nor of trouble.
 * What a wrong yes costs is bounded (takeover.ts): the customer is told, has a button back, and the bot speaks again after a day.
 */
export const mayWantPerson = (text: string): boolean => saysPersonOrTrouble(text) || !isForTheShop(text);

/** Whether the shop asked if a person should answer: a yes to that is a wish for one. */
export const asksWhetherPerson = (text: string): boolean => text.includes('?') && OFFER.test(tidy(text));
