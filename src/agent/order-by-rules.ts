import { quantityOf } from '../domain/cart.ts';
import { type PendingLine, refocus } from '../domain/conversation.ts';
import { plainIntent } from '../domain/intents.ts';
import type { OrderLine } from '../domain/order-clause.ts';
import { readOrder } from '../domain/order-lines.ts';
import { parseSearch, type SearchQuery } from '../domain/search-query.ts';
import { askWhetherMore } from './acts.ts';
import { EVERYTHING, linesMeant } from './cart-by-words.ts';
import { askInCart, type Done, note, nothingYet, tellOutcome } from './order-outcome.ts';
import type { CartLine } from './replies.ts';
import { fitsWords, type Meant, productMeant, tellOffer } from './search-by-rules.ts';
import { add, changeQuantity, readCart, remove } from './tools/cart-tools.ts';
import { showProduct } from './tools/catalogue-tools.ts';
import { say, type Turn, textOf } from './turn.ts';

/**
 * Does what a message orders, changes or refuses, line by line: what is clear goes into the cart, of the rest one thing is
 * asked back. Answers the clauses that order nothing; undefined when the whole message orders nothing.
 */
export async function answerOrder(turn: Turn, text: string): Promise<string[] | undefined> {
  const plain = plainIntent(text)?.kind;
  if (plain !== undefined && plain !== 'quantity' && plain !== 'number') return undefined;
  const order = readOrder(text);
  if (!order) return undefined;
  const lines = await joinSoftLines(turn, order.lines);
  const done = nothingYet();
  const unwanted = lines.filter(({ act }) => act === 'remove').map(({ words }) => parseSearch(words));
  for (const line of lines) await takeLine(turn, line, { done, unwanted, isAlone: lines.length === 1 });
  const isAnswered = await tell(turn, done);
  return isAnswered ? order.rest : undefined;
}

/** The lines of an earlier message that were still to be asked about, after the first of them was answered. */
export async function answerPending(turn: Turn, [line, ...later]: readonly PendingLine[]): Promise<void> {
  if (!line) return;
  const done = nothingYet();
  const asked: OrderLine = { ...{ act: 'add', isMore: false, isSoft: false }, quantity: undefined, ...line };
  await takeLine(turn, asked, { done, unwanted: [], isAlone: false });
  await tell(turn, done, later);
}

/** "4 montage et équilibrage" is one thing where the catalogue has it as one; what has an amount of its own is another thing. */
async function joinSoftLines(turn: Turn, lines: readonly OrderLine[]): Promise<OrderLine[]> {
  const joined: OrderLine[] = [];
  for (const line of lines) {
    const last = joined.at(-1);
    const words = last && `${last.words} ${line.words}`;
    const isOneThing = line.isSoft && line.quantity === undefined && last?.act === 'add';
    const isOne = isOneThing && words && (await productMeant(turn, words)).kind === 'one';
    if (isOne) joined[joined.length - 1] = { ...last, words };
    else joined.push(line);
  }
  return joined;
}

type Taking = { done: Done; unwanted: SearchQuery[]; isAlone: boolean };

async function takeLine(turn: Turn, line: OrderLine, taking: Taking): Promise<void> {
  if (line.act === 'remove') return removeLine(turn, line, taking);
  const lines = await readCart(turn);
  const isAboutCart = line.act === 'set' || line.isMore;
  const meant = isAboutCart && line.quantity !== undefined ? counted(turn, line.words, lines) : [];
  const [only, ...others] = meant;
  if (only && others.length === 0) return changeTo(turn, only, line, taking.done);
  if (only) return askInCart(turn, 'change_which', lines, taking.done);
  if (line.words === '') return changeQuestion(turn, line, taking);
  await addLine(turn, line, taking);
}

/** The lines of the cart a change may be about: those it names; without a name the one just added, or all there are. */
function targets(turn: Turn, words: string, lines: readonly CartLine[]): CartLine[] {
  if (words !== '') return linesMeant(lines, words);
  const last = lines.find(({ product }) => product.id === turn.draft.focus.last);
  return last ? [last] : [...lines];
}

/** The same for a number: while a product's card asks how many, a number without a name is about that product alone. */
function counted(turn: Turn, words: string, lines: readonly CartLine[]): CartLine[] {
  const { product: open } = turn.draft.focus;
  if (words !== '' || !open) return targets(turn, words, lines);
  return lines.filter(({ product }) => product.id === open);
}

/** "Non, plutôt 4" with nothing in the cart: of the list or the product that is open. */
async function changeQuestion(turn: Turn, { quantity }: OrderLine, { done }: Taking): Promise<void> {
  const { offer, product } = turn.draft.focus;
  if (quantity === undefined) return;
  if (product) return note(await add(turn, product, quantity), quantity, done);
  if (!offer || !Number.isInteger(quantity) || quantity < 1 || quantity > 99) return;
  const ask = () => {
    turn.draft.focus = refocus(turn.draft.focus, { offer, quantity });
    say(turn, { body: textOf(turn, 'which_one', { quantity, count: offer.length }) });
  };
  done.open.push({ line: { words: '', quantity }, ask });
}

async function changeTo(turn: Turn, { product, quantity: held }: CartLine, line: OrderLine, done: Done): Promise<void> {
  const said = line.quantity ?? 0;
  if (line.isMore) return note(await add(turn, product.id, said), said, done);
  if (said === 0) {
    remove(turn, product.id);
    done.removed.push({ product, quantity: held });
    return;
  }
  const outcome = await changeQuantity(turn, product.id, said);
  if (outcome.kind === 'changed') done.hasChanged = true;
  else if (outcome.kind !== 'gone') done.refused.push({ outcome, product });
}

async function removeLine(turn: Turn, { words, quantity }: OrderLine, { done, isAlone }: Taking): Promise<void> {
  const lines = await readCart(turn);
  const meant = EVERYTHING.test(words) ? [...lines] : targets(turn, words, lines);
  const [only, ...others] = meant;
  if (others.length > 0 && !EVERYTHING.test(words)) return askInCart(turn, 'remove_which', lines, done);
  if (!only) {
    // "Sans la géométrie" beside an order says what is not wanted; nothing has to be done for it.
    if (isAlone) askInCart(turn, 'not_in_cart', lines, done);
    return;
  }
  if (quantity !== undefined && quantity < only.quantity && others.length === 0) {
    return changeTo(
      turn,
      only,
      { act: 'set', quantity: only.quantity - quantity, isMore: false, words, isSoft: false },
      done,
    );
  }
  for (const line of meant) {
    remove(turn, line.product.id);
    done.removed.push(line);
  }
}

async function addLine(turn: Turn, line: OrderLine, { done, unwanted }: Taking): Promise<void> {
  const { words, quantity } = line;
  const meant = without(await productMeant(turn, words), unwanted);
  const pending = { words, ...(quantity !== undefined && { quantity }) };
  if (meant.kind === 'none') return void done.unknown.push(words);
  if (meant.kind === 'one') {
    const { product } = meant;
    if (quantity === undefined) done.open.push({ line: pending, ask: () => showProduct(turn, product.id) });
    else if (
      quantityOf(turn.draft.cart, product.id) > 0 &&
      !line.isMore &&
      !done.added.some((each) => each.product.id === product.id)
    )
      done.open.push({ line: pending, ask: () => askWhetherMore(turn, product, quantity) });
    else note(await add(turn, product.id, quantity), quantity, done);
    return;
  }
  done.open.push({ line: pending, ask: () => tellOffer(turn, meant, { words, quantity }) });
}

/** Of several, those that were not refused in the same breath ("4 pneus 205/55 R16, pas de Michelin"). */
function without(meant: Meant, unwanted: readonly SearchQuery[]): Meant {
  if (meant.kind !== 'several') return meant;
  const products = meant.products.filter((product) => !unwanted.some((query) => fitsWords(query, product)));
  const [only, ...others] = products;
  if (!only) return meant;
  return others.length === 0 && meant.isExact ? { kind: 'one', product: only } : { ...meant, products };
}

/** What was done, what is not there, and one question. False when there was nothing to tell. */
async function tell(turn: Turn, done: Done, later: readonly PendingLine[] = []): Promise<boolean> {
  const { added, removed, refused, unknown, open } = done;
  await tellOutcome(turn, done);
  const [question, ...others] = open;
  if (question) {
    await question.ask();
    const pending = [...others.map(({ line }) => line).filter(({ words }) => words !== ''), ...later].slice(0, 5);
    if (pending.length > 0) turn.draft.focus = { ...turn.draft.focus, later: pending };
  } else if (refused.length === 0 && added.length === 1 && removed.length === 0 && added[0]) {
    turn.draft.focus = refocus(turn.draft.focus, { last: added[0].product.id });
  }
  if (!question && later.length > 0) await answerPending(turn, later);
  return (
    done.hasChanged || done.gone || added.length + removed.length + refused.length + unknown.length + open.length > 0
  );
}
