import type { CartChange } from '../domain/cart.ts';
import type { ProductWithStock } from '../domain/catalogue.ts';
import type { PendingLine } from '../domain/conversation.ts';
import { parseSearch } from '../domain/search-query.ts';
import { tellRefusal } from './acts.ts';
import { type CartLine, cartButtons, cartMessage } from './replies.ts';
import { tellNothingFound } from './search-by-rules.ts';
import { type CartOutcome, readCart } from './tools/cart-tools.ts';
import { say, type Turn, textOf } from './turn.ts';

type Refusal = { outcome: Exclude<CartChange, { kind: 'changed' }>; product: ProductWithStock };
/** What became of a message's lines, to be told together: the cart once, then one question. */
export type Done = {
  added: CartLine[];
  removed: CartLine[];
  hasChanged: boolean;
  refused: Refusal[];
  unknown: string[];
  gone: boolean;
  /** Lines that need an answer, each with how to ask for it. */
  open: { line: PendingLine; ask(): unknown }[];
};
export const nothingYet = (): Done => ({
  ...{ added: [], removed: [], hasChanged: false, refused: [], unknown: [], gone: false, open: [] },
});

/** What came of putting `quantity` more of it into the cart. */
export function note(outcome: CartOutcome, quantity: number, done: Done): void {
  if (outcome.kind === 'gone') done.gone = true;
  else if (outcome.kind !== 'changed') done.refused.push({ outcome, product: outcome.product });
  else done.added.push({ product: outcome.product, quantity });
}

/** Has the customer say which line of the cart they mean. */
export function askInCart(turn: Turn, key: string, lines: readonly CartLine[], done: Done): void {
  const intro = `${textOf(turn, key).trimEnd()}\n`;
  done.open.push({ line: { words: '' }, ask: () => say(turn, cartMessage(turn, intro, lines)) });
}

/** The cart as it is now, what nothing was found for, and the first refusal with what can be done instead. */
export async function tellOutcome(turn: Turn, done: Done): Promise<void> {
  await tellCartOf(turn, done);
  for (const words of done.unknown.slice(0, 2)) tellNothingFound(turn, parseSearch(words), words);
  if (done.gone) say(turn, { body: textOf(turn, 'product_gone') });
  const [refusal] = done.refused;
  if (refusal) tellRefusal(turn, refusal.outcome, refusal.product);
}

async function tellCartOf(turn: Turn, { added, removed, hasChanged }: Done): Promise<void> {
  if (!hasChanged && added.length + removed.length === 0) return;
  const said = [
    ...added.map(({ product, quantity }) => textOf(turn, 'added', { quantity, label: product.label }).trimEnd()),
    ...removed.map(({ product }) => textOf(turn, 'removed', { label: product.label })),
  ];
  const lines = await readCart(turn);
  if (lines.length === 0) return say(turn, { body: said.join('\n') });
  const intro = said.length > 0 ? `${said.join('\n')}\n` : textOf(turn, 'cart_title');
  say(turn, { ...cartMessage(turn, intro, lines), buttons: cartButtons(turn) });
}
