import { createHash } from 'node:crypto';
import type { StoredCart } from '../db/carts.ts';
import type { TurnClaim } from '../db/claim-conversation.ts';
import type { Db } from '../db/client.ts';
import type { TurnRecord } from '../db/commit-turn.ts';
import type { HeardWish } from '../db/consent-events.ts';
import type { InboundText } from '../db/inbound-texts.ts';
import type { CustomerFacts, LoadedTurn } from '../db/load-turn.ts';
import type { OpenProposal } from '../db/proposals.ts';
import type { GivenRating } from '../db/ratings.ts';
import { type Cart, EMPTY_CART, sameCart } from '../domain/cart.ts';
import type { ProductWithStock } from '../domain/catalogue.ts';
import type { Focus } from '../domain/conversation.ts';
import { endOfFlood } from '../domain/flood.ts';
import { formatInstant } from '../domain/instant.ts';
import { detectLocale, type Locale } from '../domain/locale.ts';
import type { ModelTerms } from '../domain/model-budget.ts';
import { fitToWhatsApp, type OutboundContent } from '../domain/outbound-message.ts';
import type { ProposedOrder } from '../domain/proposal.ts';
import type { Shop } from '../domain/shop.ts';
import type { ShopRules } from '../domain/shop-settings.ts';
import { splitMessage } from '../domain/split-message.ts';
import type { Summary } from '../domain/summary.ts';
import type { Texts, TextVariables } from '../domain/texts.ts';
import type { CancelResult, CancelWish } from '../flows/cancel-order.ts';
import type { ConfirmResult } from '../flows/confirm-order.ts';
import type { CustomerOrder } from '../flows/show-customer-orders.ts';
import type { Clock, InboundMedia, Log, MediaFile, Meter, Model, Tracer, Transcriber } from '../ports.ts';

/** What a turn needs; the flows come bound. `model` null: no key, the rules answer alone. */
export type AgentNeeds = {
  db: Db;
  clock: Clock;
  log: Log;
  meter: Meter;
  tracer: Tracer;
  texts: Texts;
  shop: Shop;
  rules: Pick<ShopRules, 'locales' | 'closedDays' | 'tone'>;
  model: Model | null;
  modelTerms: ModelTerms;
  media: InboundMedia;
  /** Null as the model is: voice notes are declined. */
  transcriber: Transcriber | null;
  checkoutExpiresMinutes: number;
  /** domain/opt-out.ts */
  optOutKey: Uint8Array;
  /** prompts/agent/<locale>.md */
  prompts: Record<Locale, string>;
  newId?: () => string;
  confirmOrder(input: { customerId: string; proposalId: string }): Promise<ConfirmResult>;
  cancelOrder(wish: CancelWish): Promise<CancelResult>;
  paymentLinkAgain(customerId: string): Promise<OutboundContent | undefined>;
  latestOrders(customerId: string): Promise<CustomerOrder[]>;
  /** Best effort: never throws, never waited for. */
  showTyping(inboundMessageSid: string): Promise<void>;
};

/** Everything a turn would change, in memory until its one commit: a turn that crashes has changed nothing. */
export type TurnDraft = {
  customer: CustomerFacts;
  /** What they said of getting messages, to be written down. */
  wishes: HeardWish[];
  humanSince: Date | null;
  staffLastAt: Date | null;
  stored: StoredCart;
  cart: Cart;
  /** Open since before this turn: what a yes may accept. */
  openProposal: OpenProposal | undefined;
  proposal: (ProposedOrder & { id: string }) | undefined;
  dropsProposal: boolean;
  focus: Focus;
  replies: OutboundContent[];
  /** How they liked an order, said in this turn. */
  rating: GivenRating | undefined;
  toolCalls: TurnRecord['toolCalls'];
  /** Found by the last search and not acted upon since: the list the service attaches. */
  found: { products: ProductWithStock[]; exact: boolean } | undefined;
  /** True when something could not be understood. */
  hasMissed: boolean;
  /** The model would have called a person whom nobody asked for: the button to do so stands under its words. */
  offersPerson: boolean;
  /** True while the question whether to erase everything is asked in this very turn. */
  asksToForget: boolean;
  /** They said yes to it: the commit erases. */
  forgets: boolean;
  /** True when the service itself has said what there is to say: the model's own text is dropped. */
  isClosed: boolean;
};

export type Turn = {
  needs: AgentNeeds;
  claim: TurnClaim;
  customerId: string;
  locale: Locale;
  /** What the customer wrote before, and the shop. */
  history: LoadedTurn['history'];
  /** What is older than the history the model is told, written with the turn. */
  summary: Summary;
  /** What is answered: everything that waited, or the end of a flood. */
  inbound: InboundText[];
  /** Everything that waited. */
  inboundIds: string[];
  /** When the first of it came: what is asked is asked of things as they stood then, also when the turn runs again. */
  askedAt: Date;
  profileName: string | null;
  /** Turns in a row, before this one, in which something was not understood. */
  missesBefore: number;
  /** What the model sees of this turn's pictures, by message id; never kept. */
  pictures: Map<string, MediaFile>;
  /** As the turn found it, for a STOP that comes while it runs. */
  optedOutBefore: Date | null;
  draft: TurnDraft;
};

export function startTurn(needs: AgentNeeds, claim: TurnClaim, loaded: LoadedTurn): Turn {
  const { profileName, ...customer } = loaded.customer;
  // Titles of tapped buttons are our words, not the customer's.
  const words = loaded.inbound.filter((message) => !message.payload).map((message) => message.body.slice(0, 2_000));
  const spoken =
    [detectLocale(words.join('\n')), customer.locale].find((each) => each && needs.rules.locales.includes(each)) ??
    null;
  const { history, summary, stored, openProposal, focus, humanSince, staffLastAt } = loaded;
  const inbound = endOfFlood(loaded.inbound);
  const inboundIds = loaded.inbound.map((message) => message.id);
  const locale = spoken ?? needs.shop.locale;
  const askedAt = loaded.inbound[0]?.receivedAt ?? needs.clock.now();
  return {
    ...{ needs, claim, customerId: claim.customerId, locale, history, summary, inbound, inboundIds, profileName },
    askedAt,
    missesBefore: focus.misses ?? 0,
    pictures: new Map(),
    optedOutBefore: customer.optedOutAt,
    draft: {
      ...{ customer: { ...customer, locale: spoken }, wishes: [], humanSince, staffLastAt, focus },
      ...{ stored, cart: stored.cart, openProposal },
      ...{ proposal: undefined, dropsProposal: false, rating: undefined, replies: [], toolCalls: [], found: undefined },
      ...{ isClosed: false, hasMissed: false, offersPerson: false, asksToForget: false, forgets: false },
    },
  };
}

/** The draft as it is now, to return to when an answer that was being made fails half-way. */
export const copyDraft = (draft: TurnDraft): TurnDraft => ({
  ...draft,
  wishes: [...draft.wishes],
  replies: [...draft.replies],
  toolCalls: [...draft.toolCalls],
});

/** Queues a reply, split and cut to what WhatsApp takes. */
export function say(turn: Turn, content: OutboundContent): void {
  const { buttons, ...rest } = content;
  const parts = splitMessage({ ...rest, ...(buttons && buttons.length > 0 && { buttons }) });
  turn.draft.replies.push(...parts.map(fitToWhatsApp));
}

export const textOf = (turn: Turn, key: string, variables?: TextVariables): string =>
  turn.needs.texts(turn.locale, key, variables);

/** In the customer's language and the shop's time zone: "samedi 21 novembre à 14:00". */
export const instantIn = (turn: Turn, at: Date): string => formatInstant(at, turn.locale, turn.needs.shop.timezone);

export const newId = (turn: Turn): string => (turn.needs.newId ?? crypto.randomUUID.bind(crypto))();

export const cartHasChanged = (draft: TurnDraft): boolean => !sameCart(draft.cart, draft.stored.cart);

/** After an order took the cart with it: the next line opens a new one. */
export function forgetCart(draft: TurnDraft): void {
  draft.stored = { id: null, version: 0, cart: EMPTY_CART };
  draft.cart = EMPTY_CART;
  draft.openProposal = undefined;
  draft.proposal = undefined;
  draft.dropsProposal = false;
}

/** A customer as the model's vendor may know them: stable, and nobody's phone number. */
export const safetyIdentifier = (customerId: string): string =>
  createHash('sha256').update(`customer:${customerId}`).digest('hex').slice(0, 32);
