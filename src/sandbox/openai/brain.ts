import { fillArguments, type Meaning } from './arguments.ts';
import { cartLineMeant, stateIn } from './counter-state.ts';
import { choiceOf, detailsOf, type Intent, intentOf, namesSize, quantityOf, queryOf } from './intents.ts';
import { languageOf, normalise } from './language.ts';
import { orderWish, type Wish } from './order-wish.ts';
import { type Product, topicsOf } from './products.ts';
import type { Situation, Tool } from './situation.ts';
import { reply } from './speech.ts';
import { readTranscript } from './transcript.ts';

export type Decision = { call: { name: string; arguments: Record<string, unknown> } } | { text: string };

/** The tools that need nothing but the wish. */
const PLAIN: Partial<Record<Intent, string>> = {
  human: 'call_human',
  cancel: 'cancel_order',
  link: 'resend_payment_link',
  status: 'order_status',
  checkout: 'propose_order',
  cart: 'show_cart',
};

/**
 * What a seller's model would do next: call one of the offered tools, or say something. Rules instead of a network, but
 * it knows only what a model would: the conversation and the tools it was offered.
 */
export function decide(input: unknown, tools: Tool[], instructions = ''): Decision {
  const transcript = readTranscript(input);
  const background = `${instructions}\n${transcript.background}`;
  const state = stateIn(transcript.background);
  const language = state.language ?? languageOf(transcript.userTexts);
  const situation: Situation = { ...transcript, background, state, tools, language, intent: intentOf(transcript.said) };
  const wish = nextWish(situation);
  const tool = wish && tools.find(({ name }) => name === wish.tool);
  if (!wish || !tool) return { text: reply(situation) };
  return { call: { name: tool.name, arguments: fillArguments(tool.parameters, wish.meaning ?? {}) } };
}

function nextWish(situation: Situation): Wish | null {
  const { intent, said, done } = situation;
  const plain = PLAIN[intent];
  if (plain) return done.length === 0 ? { tool: plain, meaning: { reason: said.slice(0, 200) } } : null;
  const order = orderWish(situation);
  if (order !== undefined) return order;
  switch (intent) {
    case 'greeting':
    case 'thanks':
    case 'off_topic':
    case 'sorry':
    case 'ask_cancel':
    case 'payment_info':
    case 'shop_info':
    case 'declined':
      return null;
    case 'confirm':
      return done.length === 0 ? confirmWish(situation) : null;
    case 'details':
      return done.length === 0 ? { tool: 'set_customer_details', meaning: detailsOf(said) } : null;
    case 'location':
      return moveWish(situation);
    case 'search':
      if (situation.state.open_proposal && namesPlace(situation)) return moveWish(situation);
      if (THE_CHEAPEST.test(normalise(said)) && situation.state.last_list?.[0] && done.length === 0)
        return { tool: 'show_product', meaning: { product: situation.state.last_list[0].id } };
      return done.length === 0 ? searchWish(queryOf(said) || said.slice(0, 100)) : null;
    default:
      return wishAboutProduct(situation);
  }
}

const DOUBT = /\bmais\b|\bplutot\b|\bautre\b|\bbut\b|\bother\b|\binstead\b|\bpero\b|\bmejor\b|\botr[ao]\b|\?/;

/** A yes with no summary in front of it is a yes to the cart, unless a list or a quantity was the question. */
function confirmWish({ state, said }: Situation): Wish | null {
  if (DOUBT.test(normalise(said))) return null;
  // A shop that tells its model nothing has it judge by the conversation alone.
  if (state.open_proposal || Object.keys(state).length === 0) return { tool: 'confirm_order' };
  const isAsked = (state.last_list?.length ?? 0) > 0 || Boolean(state.awaiting_quantity_of);
  return isAsked || (state.cart?.length ?? 0) === 0 ? null : { tool: 'propose_order' };
}

const THE_CHEAPEST = /^(?:le|la|les|the|el|la|los|las) (?:moins chere?s?|cheapest(?: one)?|mas barat[oa]s?)\W*$/;

function searchWish(query: string): Wish {
  return { tool: 'search_products', meaning: { query } };
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** Whoever moves the place of a summary wants to see it again. */
function moveWish(situation: Situation): Wish | null {
  if (situation.done.length === 0) return locationWish(situation);
  return situation.done.length === 1 && situation.state.open_proposal ? { tool: 'propose_order' } : null;
}

/** "Plutôt Jarry": a word that only one place's name has. */
function namesPlace({ said, state }: Situation): boolean {
  const words = normalise(said).split(/[^a-z]+/);
  const holders = (word: string) => state.pickup_locations?.filter(({ name }) => normalise(name).includes(word)) ?? [];
  return words.some((word) => word.length > 3 && holders(word).length === 1);
}

const OTHER_PLACE = /\b(autre|other|otr[ao])\b/;

/** The place whose line in the shop's facts shares a word with what the customer said. */
function locationWish(situation: Situation): Wish | null {
  const { said, background } = situation;
  const words = normalise(said)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 3);
  const places = background.split(/\n|(?<=\})/).filter((line) => UUID.test(line));
  const { pickup_locations: known = [], chosen_location_id: chosen } = situation.state;
  const other = known.length === 2 && chosen ? known.find(({ id }) => id !== chosen) : undefined;
  if (OTHER_PLACE.test(normalise(said)) && other) return { tool: 'choose_location', meaning: { location: other.id } };
  const place = places.find((line) => words.some((word) => normalise(line).includes(word)));
  if (place) return { tool: 'choose_location', meaning: { location: place.match(UUID)?.[0] ?? '' } };
  return places.length > 0 ? null : { tool: 'choose_location', meaning: { location: said.slice(0, 100) } };
}

const EVERYTHING = /\bvide[rz]?\b|\bempty\b|\bclear\b|\bvacia|\btout\b|\ball\b|\beverything\b|\btodo\b/;

/** Adding, changing, removing, pricing and bare numbers: first find out which product is meant, then act on it. */
function wishAboutProduct(situation: Situation): Wish | null {
  const { intent, said, done, turns, state } = situation;
  if (intent === 'remove' && EVERYTHING.test(normalise(said)) && state.cart) {
    const next = state.cart[done.length];
    return next ? { tool: 'remove_from_cart', meaning: { product: next.id } } : null;
  }
  if (done.some((call) => call.name !== 'search_products')) return null;
  const line = cartLineMeant(state, said);
  const wanted = quantityOf(said);
  if (intent === 'remove' && state.cart)
    return line ? { tool: 'remove_from_cart', meaning: { product: line.id } } : null;
  if (intent === 'change' && line && wanted !== null)
    return { tool: 'set_quantity', meaning: { product: line.id, quantity: wanted } };
  const { listing, current } = topicsOf(turns);
  const searched = done.length > 0;
  if (!searched && namesSize(said)) return searchWish(queryOf(said));
  const product = meantProduct(situation, listing, current);
  if (!product) {
    const query = intent === 'number' ? null : earlierQuery(situation);
    return !searched && query ? searchWish(query) : null;
  }
  const quantity = quantityOf(said) ?? 1;
  const meaning: Meaning = { product: product.id, quantity };
  if (intent === 'remove') return { tool: 'remove_from_cart', meaning };
  if (intent === 'change') return { tool: 'set_quantity', meaning };
  if (intent === 'price') return { tool: 'show_product', meaning };
  if (intent === 'number' && isChoice(said, listing, current)) return { tool: 'show_product', meaning };
  return { tool: 'add_to_cart', meaning };
}

/** A bare number picks from a list that is still open; after one product was shown it is a quantity. */
function isChoice(said: string, listing: Product[], current: Product | null): boolean {
  if (choiceOf(said) !== null) return true;
  const number = Number(said.replaceAll(/\D/g, ''));
  return current === null && number >= 1 && number <= Math.max(listing.length, 1);
}

function meantProduct({ said, intent }: Situation, listing: Product[], current: Product | null): Product | null {
  const choice = choiceOf(said);
  const number = intent === 'number' && current === null ? Number(said.replaceAll(/\D/g, '')) : null;
  const picked = choice ?? number;
  if (picked !== null && listing[picked - 1]) return listing[picked - 1] ?? null;
  return current ?? listing[0] ?? null;
}

/** What the customer looked for before, when the tools' answers of that time are not in the conversation any more. */
function earlierQuery({ userTexts, said }: Situation): string | null {
  const own = queryOf(said);
  if (intentOf(said) === 'price' && own.length > 3) return own;
  const earlier = userTexts.find((text) => text !== said && intentOf(text) === 'search');
  return earlier === undefined ? null : queryOf(earlier) || null;
}
