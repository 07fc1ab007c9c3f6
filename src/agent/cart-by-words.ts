import { ENCLITIC } from '../domain/order-words.ts';
import { parseSearch, readCount } from '../domain/search-query.ts';
import { searchTextOf, searchWords } from '../domain/search-text.ts';
import { tellCart, tellRefusal } from './acts.ts';
import { type CartLine, cartMessage } from './replies.ts';
import { changeQuantity, readCart, remove } from './tools/cart-tools.ts';
import { say, type Turn, textOf } from './turn.ts';

const matchesAny = (words: readonly string[], text: string) => {
  const known = searchWords(text);
  return words.some((word) => known.includes(word));
};
const matchesAll = (words: readonly string[], text: string) => words.every((word) => matchesAny([word], text));

/** The lines of the cart that `words` name: by product, by number, all of them when they name nothing. */
export function linesMeant(lines: readonly CartLine[], words: string): CartLine[] {
  const wanted = parseSearch(words);
  const count = readCount(words.replace(/\D+/g, '') || words.trim());
  if (wanted.groups.length === 0 && wanted.size.length === 0 && wanted.generic.length > 0) {
    // "The tyres": the goods themselves, not what is done to them.
    const meant = lines.filter((line) => wanted.generic.some((group) => matchesAny(group, searchTextOf(line.product))));
    const goods = meant.filter(({ product }) => product.stocked);
    return goods.length > 0 ? goods : meant;
  }
  if (wanted.groups.length === 0 && wanted.size.length === 0) {
    if (count === undefined) return [...lines];
    const nth = lines[count - 1];
    return nth ? [nth] : [];
  }
  return lines.filter(({ product }) => {
    const text = searchTextOf(product);
    return wanted.groups.every((group) => matchesAny(group, text)) && matchesAll(wanted.size, text);
  });
}

/** Makes the one line that `words` name hold `value`; asks which when they name several. False when they name none. */
export async function changeByWords(turn: Turn, { value, words }: { value: number; words: string }): Promise<boolean> {
  const lines = await readCart(turn);
  const [only, ...others] = linesMeant(lines, words);
  if (!only) return false;
  if (others.length > 0) say(turn, cartMessage(turn, textOf(turn, 'change_which'), lines));
  else await changeLine(turn, only, value);
  return true;
}

/** "Finalement 2" with one line in the cart can only mean that line. */
export async function changeOnlyLine(turn: Turn, quantity: number): Promise<boolean> {
  const lines = await readCart(turn);
  const [line, ...others] = lines;
  if (!line) return false;
  if (others.length > 0) say(turn, cartMessage(turn, textOf(turn, 'change_which'), lines));
  else await changeLine(turn, line, quantity);
  return true;
}

async function changeLine(turn: Turn, line: CartLine, quantity: number): Promise<void> {
  const outcome = await changeQuantity(turn, line.product.id, quantity);
  if (outcome.kind === 'changed') return tellCart(turn);
  if (outcome.kind === 'gone') return say(turn, { body: textOf(turn, 'product_gone') });
  tellRefusal(turn, outcome, line.product);
}

export const EVERYTHING = /^(?:le |la |the |el )?(?:tout|all|everything|todo)\b/;

export function clearCart(turn: Turn): void {
  turn.draft.cart = { ...turn.draft.cart, items: [] };
  say(turn, { body: textOf(turn, 'cart_cleared') });
}

export async function removeByWords(turn: Turn, words: string): Promise<void> {
  if (EVERYTHING.test(words)) return clearCart(turn);
  const lines = await readCart(turn);
  const named = words.replace(ENCLITIC, '').trim();
  const last = lines.find(({ product }) => product.id === turn.draft.focus.last);
  const meant = named === '' && last ? [last] : linesMeant(lines, named);
  const [only] = meant;
  if (!only) return say(turn, cartMessage(turn, `${textOf(turn, 'not_in_cart')}\n`, lines));
  if (meant.length > 1) return say(turn, cartMessage(turn, textOf(turn, 'remove_which'), lines));
  remove(turn, only.product.id);
  const left = await readCart(turn);
  const intro = textOf(turn, 'removed', { label: only.product.label });
  if (left.length === 0) return say(turn, { body: intro });
  say(turn, cartMessage(turn, `${intro}\n`, left));
}
