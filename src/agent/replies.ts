import { availableAnywhere, type PickupLocation, type Product, type ProductWithStock } from '../domain/catalogue.ts';
import { encodeTap } from '../domain/conversation.ts';
import { formatMoney } from '../domain/money.ts';
import { hoursIn } from '../domain/opening-hours.ts';
import { type Button, LIMITS, type ListItem, type OutboundContent } from '../domain/outbound-message.ts';
import type { ProposalLine, ProposedOrder } from '../domain/proposal.ts';
import { searchWords } from '../domain/search-text.ts';
import { spokenName } from '../domain/spoken-name.ts';
import { type Turn, textOf } from './turn.ts';

/** Every message of the conversation itself, as content: what is said stands in prompts/counter. */

export type CartLine = { product: ProductWithStock; quantity: number };

export const moneyIn = (turn: Turn, amountMinor: number, currency: string): string =>
  formatMoney(amountMinor, currency, turn.locale);
const priceOf = (turn: Turn, product: Product) => moneyIn(turn, product.priceMinor, product.currency);

/** "Michelin Primacy 4+": what fits a list's title. Services are called by their label. */
function shortName({ brand, model, label }: Product): string {
  const name = [brand, model].filter(Boolean).join(' ');
  return name && label.startsWith(name) ? name : label;
}

/** What the label says beyond the name ("205/55 R16 91V"), or the description of a service. */
const detailsOf = (product: Product) => product.label.slice(shortName(product).length).trim() || product.description;

const stockText = (turn: Turn, product: ProductWithStock) =>
  product.stocked ? textOf(turn, 'stock', { count: availableAnywhere(product) }) : '';

const clipped = (text: string, chars: number) =>
  text.length <= chars ? text : `${text.slice(0, chars - 1).trimEnd()}…`;

const button = (turn: Turn, key: string, id: string): Button => ({ id, title: textOf(turn, key) });
const orderButton = (turn: Turn) => button(turn, 'order_button', encodeTap({ kind: 'order' }));
const cartButton = (turn: Turn) => button(turn, 'cart_button', encodeTap({ kind: 'cart' }));
export const humanButton = (turn: Turn): Button => button(turn, 'human_button', encodeTap({ kind: 'human' }));
export const resumeButton = (turn: Turn): Button => button(turn, 'resume_button', encodeTap({ kind: 'resume' }));
export const linkButton = (turn: Turn, orderId: string): Button =>
  button(turn, 'link_button', encodeTap({ kind: 'link', orderId }));
export const againButton = (turn: Turn, orderId: string): Button =>
  button(turn, 'again_button', encodeTap({ kind: 'again', orderId }));
export const cartButtons = (turn: Turn): Button[] => [orderButton(turn), cartButton(turn)];

export function greetingMessage(turn: Turn): OutboundContent {
  const firstName = turn.draft.customer.firstName ?? spokenName(turn.profileName);
  const hasCart = turn.draft.cart.items.length > 0;
  return {
    body: textOf(turn, 'greeting', { firstName: firstName || 'none', shopName: turn.needs.shop.name }),
    buttons: [...(hasCart ? [cartButton(turn)] : []), humanButton(turn)],
  };
}

/** Numbered lines under `intro`, if any, and the same as a list picker: both lead to the product. */
export function offerMessage(turn: Turn, intro: string, products: readonly ProductWithStock[]): OutboundContent {
  const lines = products.map((product, index) => {
    const details = clipped(detailsOf(product), 60);
    const facts = [details, stockText(turn, product)].filter(Boolean).join(' · ');
    return `${index + 1}. *${shortName(product)}* — ${priceOf(turn, product)}\n   ${facts}`;
  });
  const items = products.map((product): ListItem => {
    const facts = [detailsOf(product), priceOf(turn, product), stockText(turn, product)].filter(Boolean);
    return {
      id: encodeTap({ kind: 'product', productId: product.id }),
      title: shortName(product),
      description: facts.join(' · '),
    };
  });
  const body = [intro, lines.join('\n'), textOf(turn, 'offer_hint')].filter(Boolean).join('\n\n');
  return { body, list: { button: textOf(turn, 'offer_button'), items: items.slice(0, LIMITS.listItems) } };
}

const readable = (value: string | number | boolean) => (value === true ? '✓' : String(value));

/** The attributes that label and description do not tell already. */
function untoldAttributes(product: Product): string[] {
  const told = new Set(searchWords(`${product.label} ${product.description}`));
  const isTold = (words: string) => searchWords(words).every((word) => told.has(word));
  return Object.entries(product.attributes)
    .filter(([key, value]) => value !== false && value !== '' && !isTold(value === true ? key : String(value)))
    .map(([key, value]) => `${key.replaceAll('_', ' ')} : ${readable(value)}`);
}

/**
 * Picture, price, what it is and where it is in stock, then the usual quantities to tap: two messages, because WhatsApp
 * carries no buttons under a picture outside of cards.
 */
export function productCard(turn: Turn, product: ProductWithStock): OutboundContent[] {
  const stock = product.stocked
    ? product.stock.map((level) => textOf(turn, 'stock_at', { place: level.locationName, count: level.available }))
    : [];
  const available = availableAnywhere(product);
  const question = available === 0 ? 'out_of_stock' : product.stocked ? 'how_many' : 'add_service';
  const facts = [
    clipped(product.description, 300),
    clipped(untoldAttributes(product).join(' · '), 200),
    stock.join('\n'),
  ];
  const card = [`*${product.label}*\n${priceOf(turn, product)}`, ...facts.filter(Boolean)].join('\n\n');
  const choice = { body: textOf(turn, question), buttons: quantityButtons(turn, product, available) };
  const about = product.id;
  if (!product.imageUrl) return [{ ...choice, body: `${card}\n\n${choice.body}`, about }];
  return [
    { body: card, media: { kind: 'image', url: product.imageUrl }, about },
    { ...choice, about },
  ];
}

function quantityButtons(turn: Turn, product: Product, available: number): Button[] {
  const add = (quantity: number) => encodeTap({ kind: 'add', productId: product.id, quantity });
  if (available === 0) return [humanButton(turn)];
  if (!product.stocked) return [{ id: add(1), title: textOf(turn, 'add_button') }];
  return [1, 2, 4]
    .filter((quantity) => quantity <= available)
    .map((quantity) => ({ id: add(quantity), title: textOf(turn, 'add_some_button', { count: quantity }) }));
}

const lineText = (turn: Turn, { product, quantity }: CartLine) =>
  textOf(turn, 'cart_line', {
    quantity,
    label: product.label,
    unitPrice: priceOf(turn, product),
    subtotal: moneyIn(turn, product.priceMinor * quantity, product.currency),
  });

/** What a cart comes to. */
export function totalOf(turn: Turn, lines: readonly CartLine[]): string {
  const totalMinor = lines.reduce((sum, { product, quantity }) => sum + product.priceMinor * quantity, 0);
  return moneyIn(turn, totalMinor, lines[0]?.product.currency ?? turn.needs.shop.currency);
}

/** The cart under `intro`, with its total. */
export function cartMessage(turn: Turn, intro: string, lines: readonly CartLine[]): OutboundContent {
  if (lines.length === 0) return { body: textOf(turn, 'cart_empty'), buttons: [humanButton(turn)] };
  const total = textOf(turn, 'total', { total: totalOf(turn, lines) });
  const body = [intro, ...lines.map((line) => lineText(turn, line)), total].join('\n');
  return { body, buttons: [orderButton(turn)] };
}

export function addedMessage(turn: Turn, added: CartLine, lines: readonly CartLine[]): OutboundContent {
  const intro = textOf(turn, 'added', { quantity: added.quantity, label: added.product.label });
  return { ...cartMessage(turn, intro, lines), buttons: cartButtons(turn) };
}

export function locationQuestion(turn: Turn, intro: string, locations: readonly PickupLocation[]): OutboundContent {
  const lines = locations.map(
    (place, index) => `${index + 1}. *${place.name}* — ${place.address}\n   ${hoursIn(place.hours, turn.locale)}`,
  );
  const body = [intro, lines.join('\n')].join('\n\n');
  const id = (place: PickupLocation) => encodeTap({ kind: 'location', locationId: place.id });
  if (locations.length <= LIMITS.buttons) {
    return { body, buttons: locations.map((place) => ({ id: id(place), title: place.name })) };
  }
  const items = locations.map((place) => ({ id: id(place), title: place.name, description: place.address }));
  return { body, list: { button: textOf(turn, 'location_button'), items: items.slice(0, LIMITS.listItems) } };
}

// A message with buttons holds 1,024 characters: a long cart is said before its total, never cut (invariant 4).
const LINES_PER_MESSAGE_CHARS = 700;

function inChunks(lines: readonly string[]): string[] {
  const chunks: string[] = [];
  for (const line of lines) {
    const last = chunks.at(-1);
    if (last !== undefined && last.length + line.length < LINES_PER_MESSAGE_CHARS)
      chunks[chunks.length - 1] = `${last}\n${line}`;
    else chunks.push(line);
  }
  return chunks;
}

/** Rounded as people say it: the payment link tells the minute, and the default of 23 h 55 is a day. */
function timeToPay(turn: Turn): string {
  const minutes = turn.needs.checkoutExpiresMinutes;
  if (minutes < 60) return textOf(turn, 'minutes_left', { minutes });
  return textOf(turn, 'hours_left', { hours: Math.floor((minutes + 5) / 60) });
}

/** The summary a yes accepts: every line, the total, where, and how long there is to pay. */
export function proposalMessages(
  turn: Turn,
  proposal: ProposedOrder & { id: string },
  location: PickupLocation,
  notice?: string,
): OutboundContent[] {
  const lines = proposal.lines.map((line) => summaryLine(turn, line, proposal.currency));
  const chunks = inChunks(lines);
  const closing = textOf(turn, 'proposal', {
    total: moneyIn(turn, proposal.totalMinor, proposal.currency),
    locationName: location.name,
    locationAddress: location.address,
    timeToPay: timeToPay(turn),
  });
  const head = [...(notice ? [notice, ''] : []), textOf(turn, 'proposal_title')].join('\n');
  const bodies = chunks.map((chunk, index) => (index === 0 ? `${head}\n${chunk}` : chunk));
  const before = bodies.slice(0, -1).map((body) => ({ body }));
  return [
    ...before,
    {
      body: `${bodies.at(-1)}\n${closing}`,
      buttons: [
        button(turn, 'confirm_button', encodeTap({ kind: 'confirm', proposalId: proposal.id })),
        button(turn, 'change_button', encodeTap({ kind: 'change', proposalId: proposal.id })),
      ],
    },
  ];
}

const summaryLine = (turn: Turn, line: ProposalLine, currency: string) =>
  textOf(turn, 'cart_line', {
    quantity: line.quantity,
    label: line.label,
    unitPrice: moneyIn(turn, line.unitPriceMinor, currency),
    subtotal: moneyIn(turn, line.subtotalMinor, currency),
  });
