import type { InboundText } from '../db/inbound-texts.ts';
import { isAngry } from '../domain/anger.ts';
import { refocus } from '../domain/conversation.ts';
import { isLow, type Rating, ratingOf } from '../domain/rating.ts';
import { humanButton } from './replies.ts';
import { say, type Turn, textOf } from './turn.ts';

/**
 * Takes their words for the answer to how they liked an order: below that question, or while it is the last thing said. False: they
 * are about something else, or so angry that, noted down, they want a person.
 */
export function answerRating(turn: Turn, message: InboundText): boolean {
  const orderId = message.quoted ? message.quoted.rates : turn.draft.focus.rates;
  const rating = orderId && ratingOf(message.body);
  if (!orderId || !rating) return false;
  if (isAngry(message.body)) {
    turn.draft.rating = { orderId, rating, inboundMessageId: message.id };
    return false;
  }
  rate(turn, message, { orderId, rating });
  return true;
}

/** Thanks for it; who is not happy is told that people read what they write, and may ask for one. */
export function rate(turn: Turn, message: InboundText, given: { orderId: string; rating: Rating }): void {
  turn.draft.rating = { ...given, inboundMessageId: message.id };
  turn.draft.focus = refocus(turn.draft.focus, {});
  say(turn, {
    body: textOf(turn, `rated_${given.rating}`),
    ...(isLow(given.rating) && { buttons: [humanButton(turn)] }),
  });
}
