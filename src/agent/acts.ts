import { findProducts, listLocations } from '../db/catalogue.ts';
import { type CartChange, quantityOf } from '../domain/cart.ts';
import { availableAnywhere, MAX_QUANTITY, type PickupLocation, type ProductWithStock } from '../domain/catalogue.ts';
import { encodeTap, refocus } from '../domain/conversation.ts';
import { searchWords } from '../domain/search-text.ts';
import { proposeOrder } from '../flows/propose-order.ts';
import { proposeAndTell } from './orders.ts';
import { addedMessage, cartButtons, cartMessage } from './replies.ts';
import { add, changeQuantity, readCart } from './tools/cart-tools.ts';
import { showProduct } from './tools/catalogue-tools.ts';
import { chooseLocation } from './tools/customer-tools.ts';
import { say, type Turn, textOf } from './turn.ts';

/** What both the fast path and the rules do, with the words said to the customer. */

export async function tellCart(turn: Turn): Promise<void> {
  // Whatever a list or a card left open, the next number is about the cart.
  turn.draft.focus = refocus(turn.draft.focus, {});
  say(turn, cartMessage(turn, textOf(turn, 'cart_title'), await readCart(turn)));
}

export async function addAndTell(turn: Turn, productId: string, quantity: number): Promise<void> {
  const outcome = await add(turn, productId, quantity);
  if (outcome.kind === 'gone') return say(turn, { body: textOf(turn, 'product_gone') });
  if (outcome.kind !== 'changed') return tellRefusal(turn, outcome, outcome.product);
  const lines = await readCart(turn);
  say(turn, addedMessage(turn, { product: outcome.product, quantity }, lines));
  turn.draft.focus = refocus(turn.draft.focus, { last: productId });
}

/** Adds it, unless the cart has some already and they did not say "more": then they say which they meant. */
export async function addOrAsk(turn: Turn, product: ProductWithStock, quantity: number): Promise<void> {
  if (quantityOf(turn.draft.cart, product.id) === 0) return addAndTell(turn, product.id, quantity);
  askWhetherMore(turn, product, quantity);
}

/** "4 michelin" with two of them in the cart: four in all, or four more? A guess would cost money. */
export function askWhetherMore(turn: Turn, product: ProductWithStock, quantity: number): void {
  const { draft } = turn;
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > MAX_QUANTITY) {
    tellRefusal(turn, { kind: 'bad_quantity', min: 1, max: MAX_QUANTITY }, product);
    return;
  }
  draft.focus = refocus(draft.focus, { last: product.id });
  const tap = (kind: 'add' | 'set') => encodeTap({ kind, productId: product.id, quantity });
  say(turn, {
    body: textOf(turn, 'already_in_cart', {
      ...{ held: quantityOf(draft.cart, product.id), label: product.label, quantity },
    }),
    buttons: [
      { id: tap('set'), title: textOf(turn, 'in_all_button', { count: quantity }) },
      { id: tap('add'), title: textOf(turn, 'more_button', { count: quantity }) },
    ],
  });
}

/** Exactly that many of it: the tap on "in all". */
export async function setAndTell(turn: Turn, productId: string, quantity: number): Promise<void> {
  const outcome = await changeQuantity(turn, productId, quantity);
  if (outcome.kind === 'changed') return tellCart(turn);
  if (outcome.kind === 'gone') return say(turn, { body: textOf(turn, 'product_gone') });
  tellRefusal(turn, outcome, outcome.product);
}

/** Why the cart stays as it is, and what can be done instead. */
export function tellRefusal(turn: Turn, outcome: Exclude<CartChange, { kind: 'changed' }>, product: ProductWithStock) {
  const { draft } = turn;
  if (outcome.kind === 'short') {
    const left = availableAnywhere(product) - quantityOf(draft.cart, product.id);
    if (left <= 0) return say(turn, { body: textOf(turn, 'none_left', { label: product.label }) });
    draft.focus = refocus(draft.focus, { product: product.id });
    const quantity = Math.min(left, MAX_QUANTITY);
    const id = encodeTap({ kind: 'add', productId: product.id, quantity });
    const body = textOf(turn, 'only_left', { label: product.label, count: left });
    return say(turn, { body, buttons: [{ id, title: textOf(turn, 'add_some_button', { count: quantity }) }] });
  }
  if (outcome.kind === 'cart_full')
    return say(turn, { body: textOf(turn, 'cart_full', { maxLines: outcome.maxLines }) });
  if (outcome.kind === 'not_in_cart') return say(turn, { body: textOf(turn, 'not_in_cart') });
  draft.focus = refocus(draft.focus, { product: product.id });
  say(turn, { body: textOf(turn, 'bad_quantity', { max: outcome.max }) });
}

/** The customer means this product: straight into the cart when they said how many, else its card. */
export async function chooseProduct(turn: Turn, productId: string): Promise<void> {
  const { quantity } = turn.draft.focus;
  const [product] = quantity === undefined ? [] : await findProducts(turn.needs.db, [productId]);
  if (product && quantity !== undefined) return addOrAsk(turn, product, quantity);
  if (!(await showProduct(turn, productId))) say(turn, { body: textOf(turn, 'product_gone') });
}

/** The `choice`-th (from 1) of the list last shown. */
export async function chooseFromOffer(turn: Turn, offer: readonly string[], choice: number): Promise<void> {
  const productId = offer[choice - 1];
  if (productId) return chooseProduct(turn, productId);
  say(turn, { body: textOf(turn, 'no_such_choice', { count: offer.length }) });
}

async function offeredLocations(turn: Turn): Promise<PickupLocation[]> {
  const { places } = turn.draft.focus;
  if (places) {
    const known = await listLocations(turn.needs.db);
    return places.flatMap((id) => known.find((place) => place.id === id) ?? []);
  }
  const outcome = await proposeOrder(turn.needs, { cart: turn.draft.cart });
  if (outcome.kind === 'choose_location') return outcome.locations;
  return outcome.kind === 'short' ? outcome.elsewhere : [];
}

export async function chooseNthLocation(turn: Turn, choice: number): Promise<void> {
  const offered = await offeredLocations(turn);
  const place = offered[choice - 1];
  if (place) return chooseLocationAndPropose(turn, place.id);
  say(turn, { body: textOf(turn, 'no_such_choice', { count: offered.length }) });
  turn.draft.focus = refocus(turn.draft.focus, { ask: 'location', places: turn.draft.focus.places });
}

/** The pickup places whose own names stand in `text`. */
export async function placesNamed(turn: Turn, text: string): Promise<PickupLocation[]> {
  const words = new Set(searchWords(text));
  const places = await listLocations(turn.needs.db);
  const namesOf = (place: PickupLocation) => searchWords(place.name).filter((word) => word.length > 3);
  return places.filter((place) =>
    namesOf(place).some((word) => words.has(word) && !places.every((other) => namesOf(other).includes(word))),
  );
}

const BESIDE_A_PLACE = new Set(
  'a au le la les en de at in the el plutot rather mejor svp stp please por favor'.split(' '),
);

/** "Jarry svp": a place's name and nothing that could be looked for. */
export async function isPlaceAlone(turn: Turn, text: string): Promise<boolean> {
  const [only, ...others] = await placesNamed(turn, text);
  if (!only || others.length > 0) return false;
  const name = new Set(searchWords(only.name));
  return searchWords(text).every((word) => name.has(word) || BESIDE_A_PLACE.has(word));
}

/** The one place that `text` names ("plutôt Jarry"), where the order is then proposed; false when it names none. */
export async function chooseNamedLocation(turn: Turn, text: string): Promise<boolean> {
  const [only, ...others] = await placesNamed(turn, text);
  if (!only || others.length > 0) return false;
  await chooseLocationAndPropose(turn, only.id);
  return true;
}

/** The order there; whoever has nothing in the cart yet is told that the place is kept for when they do. */
export async function chooseLocationAndPropose(turn: Turn, locationId: string): Promise<void> {
  const place = await chooseLocation(turn, locationId);
  if (!place || turn.draft.cart.items.length > 0) return proposeAndTell(turn);
  const { ask: _, places: __, seen: ___, ...open } = turn.draft.focus;
  turn.draft.focus = refocus(turn.draft.focus, open);
  say(turn, { body: textOf(turn, 'place_noted', { locationName: place.name }) });
}

/** "No", or Change: the summary can no longer be accepted, the cart stays. */
export async function dropProposal(turn: Turn): Promise<void> {
  const { draft } = turn;
  draft.dropsProposal = true;
  draft.openProposal = undefined;
  draft.proposal = undefined;
  draft.focus = refocus(draft.focus, {});
  say(turn, { ...cartMessage(turn, textOf(turn, 'change_what'), await readCart(turn)), buttons: cartButtons(turn) });
}

/**
 * "Cancel my order", naming none, to whoever was just shown a summary: that is what they mean, also when a "no" of the
 * same burst has taken it away already. An older order that waits for its payment stays. False: no summary was there.
 */
export async function cancelsSummary(turn: Turn): Promise<boolean> {
  const { openProposal, proposal, dropsProposal } = turn.draft;
  if (openProposal || proposal) await dropProposal(turn);
  else if (!dropsProposal) return false;
  turn.draft.isClosed = true;
  return true;
}

export function optOut(turn: Turn): void {
  const { customer } = turn.draft;
  turn.draft.customer = { ...customer, optedOutAt: customer.optedOutAt ?? turn.needs.clock.now() };
  say(turn, { body: textOf(turn, 'opted_out') });
}

export function optIn(turn: Turn): void {
  turn.draft.customer = { ...turn.draft.customer, optedOutAt: null };
  say(turn, { body: textOf(turn, 'opted_in') });
}
