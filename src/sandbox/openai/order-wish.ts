import { readOrder } from '../../domain/order-lines.ts';
import { parseSearch } from '../../domain/search-query.ts';
import type { Meaning } from './arguments.ts';
import { choiceOf, queryOf } from './intents.ts';
import { normalise } from './language.ts';
import { type Product, productsIn } from './products.ts';
import type { Situation } from './situation.ts';
import type { Call } from './transcript.ts';

export type Wish = { tool: string; meaning?: Meaning };
type Line = { words: string; quantity: number };

/** As many as fit the rounds a turn has: each takes a search and an addition. */
const MOST_LINES = 3;

/** What of which is ordered: "2 michelin 205/55r16 et 1 équilibrage". */
function linesIn({ said, intent }: Situation): Line[] {
  if ((intent !== 'search' && intent !== 'add') || said.includes('?') || choiceOf(said) !== null) return [];
  const lines = (readOrder(said)?.lines ?? []).flatMap(({ act, words, quantity }) =>
    act === 'add' && words !== '' && quantity !== undefined ? [{ words, quantity }] : [],
  );
  if (lines.length > 0) return lines.slice(0, MOST_LINES);
  const { quantity } = parseSearch(said);
  return quantity === undefined || queryOf(said) === '' ? [] : [{ words: queryOf(said), quantity }];
}

/** "Non, 4": how many of what was spoken of last. */
function correctionIn({ said, intent }: Situation): number | undefined {
  const [line, ...others] = intent === 'search' || intent === 'change' ? (readOrder(said)?.lines ?? []) : [];
  return line?.act === 'set' && line.words === '' && others.length === 0 ? line.quantity : undefined;
}

const squeezed = (text: string): string => normalise(text).replaceAll(/[^a-z0-9+]/g, '');

/** The only thing found, or the only one that is called what they said. */
function productMeant({ words }: Line, { output }: Call): Product | undefined {
  const found = productsIn(output);
  if ((output as { exact?: unknown } | null)?.exact === false) return undefined;
  const named = found.filter(({ label }) => squeezed(label).startsWith(squeezed(words)));
  return found.length === 1 ? found[0] : named.length === 1 ? named[0] : undefined;
}

const search = ({ words }: Line): Wish => ({ tool: 'search_products', meaning: { query: words } });

/**
 * The next step of an order of one or several things: each is searched, and added where it is clear what is meant; the first
 * that is not is looked for once more at the end, so that its list is what they see. Null: all is done; undefined: it is no order.
 */
export function orderWish(situation: Situation): Wish | null | undefined {
  const { state, done } = situation;
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
  let unclear: Line | undefined;
  for (const line of lines) {
    const searched = calls.shift();
    if (!searched) return search(line);
    const product = productMeant(line, searched);
    if (!product) unclear ??= line;
    else if (!calls.shift()) return { tool: 'add_to_cart', meaning: { product: product.id, quantity: line.quantity } };
  }
  const isShown = calls.length > 0 || unclear === lines.at(-1);
  return unclear && !isShown ? search(unclear) : null;
}
