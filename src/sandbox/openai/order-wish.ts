import { readOrder } from '../../domain/order-lines.ts';
import { parseSearch, readCount } from '../../domain/search-query.ts';
import { glued, searchWords } from '../../domain/search-text.ts';
import type { Meaning } from './arguments.ts';
import type { CounterState } from './counter-state.ts';
import { choiceOf, namesSize, queryOf } from './intents.ts';
import { normalise } from './language.ts';
import { isNear, type Product, productsIn } from './products.ts';
import type { Situation } from './situation.ts';
import type { Call } from './transcript.ts';

export type Wish = { tool: string; meaning?: Meaning };
type Line = { words: string; quantity: number };
type Thing = { id: string; label: string };

/** As many as fit the rounds a turn has: each takes a search and an addition. */
const MOST_LINES = 3;

/** What of which is ordered: "2 michelin 205/55r16 et 1 équilibrage". */
function linesIn({ said, intent, state }: Situation): Line[] {
  if ((intent !== 'search' && intent !== 'add') || said.includes('?') || choiceOf(said) !== null) return [];
  const lines = (readOrder(said)?.lines ?? []).flatMap(({ act, words, quantity }) =>
    act === 'add' && words !== '' && quantity !== undefined ? [{ words, quantity }] : [],
  );
  // What follows in a message of its own ("4 pneus 205/55 R16", then a tap on one of them) says which.
  const isOneInBurst = lines.length === 1 && said.includes('\n');
  if (lines.length > 0 && !isOneInBurst) return lines.slice(0, MOST_LINES);
  const { quantity } = parseSearch(said);
  // With a list or a card open the number is about that, unless another size is named.
  const isOpen = state.awaiting_quantity_of || state.last_list?.length;
  const words = isOpen && !namesSize(said) && quantity !== undefined ? '' : queryOf(said);
  // "Ajoutez aussi un équilibrage" is one of it.
  const one = intent === 'add' && ONE_THING.test(normalise(said)) ? 1 : undefined;
  const wanted = quantity ?? one;
  return wanted === undefined || words === '' ? [] : [{ words, quantity: wanted }];
}

/** "Non, 4", and a mere "4" when nothing is open: how many of what was spoken of last. */
function correctionIn({ said, intent, state }: Situation): number | undefined {
  if (intent === 'number' && state.cart?.length && !state.last_list?.length) return readCount(said.trim());
  const [line, ...others] = ['search', 'change', 'add'].includes(intent) ? (readOrder(said)?.lines ?? []) : [];
  return line?.act === 'set' && line.words === '' && others.length === 0 ? line.quantity : undefined;
}

const ONE_THING = /\b(?:une?|an?|una?) [a-z]{4,}/;
const ARTICLE = /^(?:le|la|les|the|el|los|las) /;

/** The only thing found, or the only one that is called what they said. */
function productMeant({ words }: Line, { output }: Call): Product | undefined {
  const found = productsIn(output);
  if (isNear(output)) return undefined;
  const { groups } = parseSearch(words);
  const beginsSo = ({ label }: Product) => {
    const first = searchWords(label).slice(0, groups.length);
    return groups.length > 0 && groups.every((group) => group.some((word) => first.includes(word)));
  };
  const literally = found.filter(({ label }) => glued(label).startsWith(glued(words)));
  return [found, literally, found.filter(beginsSo)].find(({ length }) => length === 1)?.[0];
}

/** The one thing of these that has all the words. */
function thingNamed(words: string, things: readonly Thing[]): Thing | undefined {
  const { groups, size } = parseSearch(words);
  const named = things.filter(({ label }) => {
    const known = searchWords(label);
    return groups.every((group) => group.some((word) => known.includes(word))) && size.every((n) => known.includes(n));
  });
  // "Le Primacy 4+" is not the Primacy 4 ZP.
  const exactly = named.filter(({ label }) => glued(label).includes(glued(words.replace(ARTICLE, ''))));
  const meant = exactly.length > 0 ? exactly : named;
  return groups.length > 0 && new Set(meant.map(({ id }) => id)).size === 1 ? meant[0] : undefined;
}

/** What stands before their eyes. */
const shownIn = ({ awaiting_quantity_of: card, last_list: list = [] }: CounterState): Thing[] =>
  card ? [card, ...list] : list;

/** "Non, finalement pas de valves": the line of the cart. */
function unwantedIn({ said, intent, state }: Situation): Thing | undefined {
  const [line, ...others] = intent === 'search' || intent === 'change' ? (readOrder(said)?.lines ?? []) : [];
  return line?.act === 'remove' && others.length === 0 ? thingNamed(line.words, state.cart ?? []) : undefined;
}

const search = ({ words }: Line): Wish => ({ tool: 'search_products', meaning: { query: words } });

/**
 * The next step of an order of one or several things: each is searched, and added where it is clear what is meant; the first
 * that is not, and of which something was found, is looked for once more at the end, so that its list is what they see. Null: all is
 * done; undefined: it is no order.
 */
export function orderWish(situation: Situation): Wish | null | undefined {
  const { state, done } = situation;
  const unwanted = unwantedIn(situation);
  if (unwanted) return done.length > 0 ? null : { tool: 'remove_from_cart', meaning: { product: unwanted.id } };
  const corrected = correctionIn(situation);
  const spokenOf = state.awaiting_quantity_of ?? state.cart?.at(-1);
  if (corrected !== undefined && spokenOf) {
    const isHeld = state.cart?.some(({ id }) => id === spokenOf.id);
    const meaning = { product: spokenOf.id, quantity: corrected };
    return done.length > 0 ? null : { tool: isHeld ? 'set_quantity' : 'add_to_cart', meaning };
  }
  const lines = linesIn(situation);
  if (lines.length === 0) return undefined;
  const calls = [...done];
  const unclear: { line: Line; isFound: boolean }[] = [];
  for (const line of lines) {
    const shown = thingNamed(line.words, shownIn(state));
    const searched = shown ? undefined : calls.shift();
    if (!shown && !searched) return search(line);
    const product = shown ?? (searched && productMeant(line, searched));
    if (!product) unclear.push({ line, isFound: productsIn(searched?.output).length > 0 });
    else if (!calls.shift()) return { tool: 'add_to_cart', meaning: { product: product.id, quantity: line.quantity } };
  }
  const toShow = (unclear.find(({ isFound }) => isFound) ?? unclear[0])?.line;
  const isShown = calls.length > 0 || toShow === lines.at(-1);
  return toShow && !isShown ? search(toShow) : null;
}
