import { findProducts } from '../db/catalogue.ts';
import { usualSize } from '../db/customers.ts';
import type { InboundText } from '../db/inbound-texts.ts';
import { availableAnywhere, MAX_QUANTITY, type ProductWithStock } from '../domain/catalogue.ts';
import { refocus } from '../domain/conversation.ts';
import { isEmptySearch, parseSearch, type SearchQuery } from '../domain/search-query.ts';
import { glued, searchTextOf, searchWords } from '../domain/search-text.ts';
import { readSize } from '../domain/tyre-size.ts';
import { isVague } from '../flows/search-counter.ts';
import { addAndTell, addOrAsk, chooseProduct } from './acts.ts';
import { humanButton, offerMessage } from './replies.ts';
import { search, showProduct } from './tools/catalogue-tools.ts';
import { offerHuman } from './tools/customer-tools.ts';
import { say, type Turn, textOf } from './turn.ts';

/** Of several the one whose model was said to the last sign: "le primacy 4+" is not the Primacy 4 ZP. */
function saidToTheLetter(text: string, products: readonly ProductWithStock[]): ProductWithStock | undefined {
  const said = glued(text);
  const named = products.filter(({ model }) => model !== '' && said.includes(glued(model)));
  const [best, next] = named.sort((a, b) => b.model.length - a.model.length);
  return best && best.model.length > (next?.model.length ?? 0) ? best : undefined;
}

/** The one product of the list last shown that these words single out ("le michelin"). */
async function singledOut(turn: Turn, query: SearchQuery, text: string): Promise<string | undefined> {
  const { offer } = turn.draft.focus;
  if (!offer || query.size.length > 0) return undefined;
  const offered = await findProducts(turn.needs.db, offer);
  if (query.wantsCheapest && query.groups.length === 0) {
    const sellable = offered.filter((product) => availableAnywhere(product) > 0);
    return sellable.sort((a, b) => a.priceMinor - b.priceMinor)[0]?.id;
  }
  if (query.groups.length === 0) return undefined;
  const meant = offered.filter((product) => {
    const known = new Set(searchWords(searchTextOf(product)));
    return query.groups.every((group) => group.some((word) => known.has(word)));
  });
  return (meant.length === 1 ? meant[0] : saidToTheLetter(text, meant))?.id;
}

const coveredBy = ({ groups, generic }: SearchQuery) => new Set([...groups, ...generic].flat());

/** True when every word asked for is in what the product says of itself, and its size fits. */
export function fitsWords(query: SearchQuery, product: ProductWithStock): boolean {
  const known = new Set(searchWords(searchTextOf(product)));
  const asked = [...query.groups, ...query.generic];
  if (asked.length + query.size.length === 0) return false;
  return asked.every((group) => group.some((word) => known.has(word))) && query.size.every((part) => known.has(part));
}

const LINKING = new Set(['et', 'and', 'y', 'de', 'd', 'du', 'la', 'le']);

/**
 * The one product that was called by its name: "équilibrage" is that, and not the repair whose description mentions it.
 * Of several names that were all said, the longest ("montage et équilibrage").
 */
function calledByName(query: SearchQuery, products: readonly ProductWithStock[]): ProductWithStock | undefined {
  const said = coveredBy(query);
  const nameOf = ({ model }: ProductWithStock) => searchWords(model).filter((word) => !LINKING.has(word));
  const named = products
    .map((product) => ({ product, name: nameOf(product) }))
    .filter(({ name }) => name.length > 0 && name.every((word) => said.has(word)))
    .sort((a, b) => b.name.length - a.name.length);
  const [best, next] = named;
  return best && best.name.length > (next?.name.length ?? 0) ? best.product : undefined;
}

export type Meant =
  | { kind: 'one'; product: ProductWithStock }
  | { kind: 'several'; products: ProductWithStock[]; isExact: boolean }
  | { kind: 'none' };

/** What these words mean: of the list last shown, by its name, or because nothing else fits. Near is never meant. */
export async function productMeant(turn: Turn, words: string): Promise<Meant> {
  const query = parseSearch(words);
  const chosen = await singledOut(turn, query, words);
  const [known] = chosen ? await findProducts(turn.needs.db, [chosen]) : [];
  if (known) return { kind: 'one', product: known };
  const { products, exact } = await search(turn, query);
  turn.draft.found = undefined;
  const [first, ...others] = products;
  if (!first) return { kind: 'none' };
  const product = others.length === 0 ? first : calledByName(query, products);
  return exact && product ? { kind: 'one', product } : { kind: 'several', products, isExact: exact };
}

/** The candidates for one line of an order. */
export function tellOffer(
  turn: Turn,
  { products, isExact }: Extract<Meant, { kind: 'several' }>,
  { words, quantity }: { words: string; quantity: number | undefined },
): Promise<void> {
  const isQuantity = quantity !== undefined && Number.isInteger(quantity) && quantity >= 1 && quantity <= MAX_QUANTITY;
  const key = isExact ? 'offer_for' : 'offer_near';
  const intro = textOf(turn, key, { count: products.length, query: clip(words) });
  return tellProducts(turn, intro, products, isQuantity ? quantity : undefined);
}

/** To choose from by number; one alone leaves nothing to choose: it comes as its card, with the question how many. */
async function tellProducts(
  turn: Turn,
  intro: string,
  products: readonly ProductWithStock[],
  quantity: number | undefined,
): Promise<void> {
  const ids = products.map((product) => product.id);
  const [only, ...others] = products;
  const isOne = only !== undefined && others.length === 0;
  turn.draft.focus = refocus(
    turn.draft.focus,
    { offer: ids, ...(!isOne && quantity !== undefined && { quantity }) },
    ids,
  );
  if (!isOne) return say(turn, offerMessage(turn, intro, products));
  if (intro) say(turn, { body: intro });
  await showProduct(turn, only.id);
}

const clip = (text: string) => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
};

/** The size they always buy, where they ask for tyres and say nothing of a size. */
async function usualSizeFor(turn: Turn, query: SearchQuery): Promise<string | undefined> {
  const isTyres = query.generic.some((group) => group.includes('pneu'));
  return isTyres && query.size.length === 0 ? usualSize(turn.needs.db, turn.customerId) : undefined;
}

/** Looks in the catalogue for a customer's words: into the cart, to the card, to a list, or an honest no. */
export async function answerSearch(turn: Turn, text: string): Promise<void> {
  const asked = parseSearch(text);
  const usual = await usualSizeFor(turn, asked);
  const query = usual ? { ...asked, size: readSize(usual).size } : asked;
  const { draft } = turn;
  const meant = await singledOut(turn, query, text);
  // Asking whether there are four is not asking for four.
  const quantity = text.includes('?') ? undefined : query.quantity;
  if (meant) {
    if (quantity !== undefined) return addAndTell(turn, meant, quantity);
    return chooseProduct(turn, meant);
  }
  const { products, exact } = await search(turn, query);
  const [first] = products;
  draft.found = undefined;
  if (!first) return tellNothingFound(turn, query, text);
  const only = products.length === 1 && exact;
  const named = only ? first : exact ? calledByName(query, products) : undefined;
  if (named && quantity !== undefined) return addOrAsk(turn, named, quantity);
  const key = !exact ? 'offer_near' : usual ? 'offer_usual' : isVague(query) ? 'offer_vague' : 'offer';
  const intro = textOf(turn, key, { count: products.length, query: clip(text), size: usual ?? '' });
  // What was asked for needs no introduction.
  await tellProducts(turn, only && !usual ? '' : intro, products, quantity);
}

/**
 * "Is this still available?", from an advertisement: what the advertisement names, where their own words name nothing that
 * could be looked for. False when it names nothing we know.
 */
export async function answerAd(turn: Turn, { body, sent }: InboundText): Promise<boolean> {
  const { referral } = sent;
  if (!referral || (await search(turn, parseSearch(body))).exact) return false;
  for (const text of [referral.headline, `${referral.headline} ${referral.body}`]) {
    const query = parseSearch(text);
    if (isVague(query) || (await search(turn, query)).products.length === 0) continue;
    await answerSearch(turn, text);
    return true;
  }
  return false;
}

export function tellNothingFound(turn: Turn, query: SearchQuery, text: string): void {
  const key = query.size.length > 0 ? 'no_such_size' : 'nothing_found';
  const { offer, product } = turn.draft.focus;
  if (isEmptySearch(query) && product) say(turn, { body: textOf(turn, 'how_many') });
  else if (isEmptySearch(query) && offer) askWhichOne(turn, offer);
  else if (isEmptySearch(query)) offerHuman(turn, 'not_understood');
  else {
    turn.draft.hasMissed = query.size.length === 0;
    say(turn, { body: textOf(turn, key, { query: clip(text) }), buttons: [humanButton(turn)] });
  }
}

/** "Yes", "I'll take it", after a list: which of it. */
export function askWhichOne(turn: Turn, offer: readonly string[]): void {
  say(turn, { body: textOf(turn, 'which_number', { count: offer.length }) });
}
