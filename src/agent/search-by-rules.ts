import { findProducts } from '../db/catalogue.ts';
import type { InboundText } from '../db/inbound-texts.ts';
import { availableAnywhere } from '../domain/catalogue.ts';
import { refocus } from '../domain/conversation.ts';
import { isEmptySearch, parseSearch, type SearchQuery } from '../domain/search-query.ts';
import { searchTextOf, searchWords } from '../domain/search-text.ts';
import { addAndTell, chooseProduct } from './acts.ts';
import { humanButton, offerMessage } from './replies.ts';
import { isVague, search } from './tools/catalogue-tools.ts';
import { offerHuman } from './tools/customer-tools.ts';
import { say, type Turn, textOf } from './turn.ts';

/** The one product of the list last shown that these words single out ("le michelin"). */
async function singledOut(turn: Turn, query: SearchQuery): Promise<string | undefined> {
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
  return meant.length === 1 ? meant[0]?.id : undefined;
}

const clip = (text: string) => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
};

/** Looks in the catalogue for a customer's words: into the cart, to the card, to a list, or an honest no. */
export async function answerSearch(turn: Turn, text: string): Promise<void> {
  const query = parseSearch(text);
  const { draft } = turn;
  const meant = await singledOut(turn, query);
  if (meant) {
    if (query.quantity !== undefined) return addAndTell(turn, meant, query.quantity);
    return chooseProduct(turn, meant);
  }
  const { products, exact } = await search(turn, query);
  const [first] = products;
  draft.found = undefined;
  if (!first) return tellNothingFound(turn, query, text);
  const only = products.length === 1 && exact;
  if (only && query.quantity !== undefined) return addAndTell(turn, first.id, query.quantity);
  const ids = products.map((product) => product.id);
  draft.focus = refocus(draft.focus, { offer: ids, quantity: query.quantity }, ids);
  if (only) return chooseProduct(turn, first.id);
  const key = !exact ? 'offer_near' : isVague(query) ? 'offer_vague' : 'offer';
  say(turn, offerMessage(turn, textOf(turn, key, { count: products.length, query: clip(text) }), products));
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

function tellNothingFound(turn: Turn, query: SearchQuery, text: string): void {
  const key = query.size.length > 0 ? 'no_such_size' : 'nothing_found';
  const { offer, product } = turn.draft.focus;
  if (isEmptySearch(query) && product) say(turn, { body: textOf(turn, 'how_many') });
  else if (isEmptySearch(query) && offer) askWhichOne(turn, offer);
  else if (isEmptySearch(query)) offerHuman(turn, 'not_understood');
  else say(turn, { body: textOf(turn, key, { query: clip(text) }), buttons: [humanButton(turn)] });
}

/** "Yes", "I'll take it", after a list: which of it. */
export function askWhichOne(turn: Turn, offer: readonly string[]): void {
  say(turn, { body: textOf(turn, 'which_number', { count: offer.length }) });
}
