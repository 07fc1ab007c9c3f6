import type { InboundText } from '../db/inbound-texts.ts';
import { looseIntent, plainIntent } from '../domain/intents.ts';
import { plainText } from '../domain/plain-text.ts';
import { tapOf } from './taps.ts';

/** What a burst of messages wishes, to be answered one after the other: what was taken back or said again is left out. */
export function wishesIn(messages: readonly InboundText[]): readonly InboundText[] {
  return joinSearches(cancellingOnce(withoutTakenBack(messages)));
}

/** "Oui" ... "non attendez": the later word counts. */
function withoutTakenBack(messages: readonly InboundText[]): readonly InboundText[] {
  const said = messages.map((message) => tapOf(message)?.kind ?? plainIntent(message.body)?.kind);
  const lastNo = Math.max(said.lastIndexOf('no'), said.lastIndexOf('change'));
  return messages.filter((_, index) => index >= lastNo || (said[index] !== 'yes' && said[index] !== 'confirm'));
}

/**
 * "Annuler", "annule ma commande svp": one wish, said again; and without a number it says no more than a message that names
 * one. Answered by itself, the second would cancel an order that nobody meant.
 */
function cancellingOnce(messages: readonly InboundText[]): readonly InboundText[] {
  const numbers = messages.map(cancelledNumber);
  const isNamed = numbers.some((number) => typeof number === 'string');
  return messages.filter((_, index) => {
    const number = numbers[index];
    return number === undefined || (numbers.indexOf(number) === index && (number !== null || !isNamed));
  });
}

/** Of a message that cancels an order: its number, or null where it has none. */
function cancelledNumber(message: InboundText): string | null | undefined {
  const intent = message.kind === 'text' && message.payload === null ? looseIntent(message.body) : undefined;
  return intent?.kind === 'cancel_order' ? intent.orderNumber : undefined;
}

const isFiller = (message: InboundText) => {
  const kind = message.payload === null ? looseIntent(message.body)?.kind : undefined;
  return message.kind === 'text' && (kind === 'greeting' || kind === 'thanks');
};
const isSearch = (message: InboundText) =>
  message.kind === 'text' && !tapOf(message) && looseIntent(message.body) === undefined && message.body.trim() !== '';

const quantityOf = (message: InboundText) => {
  const intent = message.payload === null ? plainIntent(message.body) : undefined;
  return intent?.kind === 'quantity' ? intent.value : undefined;
};

const ANOTHER = /\b(?:aussi|egalement|also|too|as well|tambien)\b|^(?:et|and|y|plus) /;

/** People write one wish in several messages ("bonjour", "des michelin", "205/55 R16", "j'en veux 4"): one search. */
function joinSearches(messages: readonly InboundText[]): InboundText[] {
  const telling = messages.filter((message) => !isFiller(message));
  const joined: InboundText[] = [];
  for (const message of telling.length > 0 ? telling : messages.slice(0, 1)) {
    const last = joined.at(-1);
    const quantity = quantityOf(message);
    if (last && isSearch(last) && isSearch(message) && !ANOTHER.test(plainText(message.body))) {
      joined[joined.length - 1] = { ...last, body: `${last.body}\n${message.body}` };
    } else if (last && isSearch(last) && quantity !== undefined) {
      // A number counts what follows it.
      joined[joined.length - 1] = { ...last, body: `${quantity} ${last.body}` };
    } else joined.push(message);
  }
  return joined;
}
