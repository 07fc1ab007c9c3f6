import { listLocations } from '../db/catalogue.ts';
import type { PickupLocation } from '../domain/catalogue.ts';
import { closedSoon } from '../domain/closed-days.ts';
import { encodeTap, refocus } from '../domain/conversation.ts';
import { nearestFirst, type Position, roundedDistance } from '../domain/distance.ts';
import { hoursIn } from '../domain/opening-hours.ts';
import { LIMITS } from '../domain/outbound-message.ts';
import { say, type Turn, textOf } from './turn.ts';

const placeLines = (turn: Turn, { name, address, hours }: PickupLocation, distance?: string) =>
  `*${name}*${distance ? `, ${distance}` : ''} — ${address}\n${hoursIn(hours, turn.locale)}`;

/** All pickup places under the text `key`; the shop itself when it names none. */
export async function tellShop(turn: Turn, key = 'shop_info'): Promise<void> {
  const { shop, db } = turn.needs;
  const lines = (await listLocations(db)).map((place) => placeLines(turn, place)).join('\n\n');
  const places = lines || `${shop.address}\n${hoursIn(shop.hours, turn.locale)}`;
  const days = closedSoonFor(turn);
  say(turn, {
    body: [
      textOf(turn, key, { places }),
      ...(days.length > 0 ? [textOf(turn, 'closed_soon', { days: days.join(', ') })] : []),
    ].join('\n\n'),
  });
}

/** The closed days that a customer of today should know of, in their language. */
export function closedSoonFor({ needs, locale }: Turn): string[] {
  const { timezone } = needs.shop;
  return closedSoon({ ...needs.rules, timezone, locale }, needs.clock.now());
}

/**
 * Answers a shared location with the pickup places closest to it, to choose by tap or number. A number that something else
 * is waiting for (which tyre, how many) keeps its meaning. Always true: it says something whatever is known.
 */
export async function tellNearest(turn: Turn, position: Position | undefined): Promise<true> {
  const places = position ? nearestFirst(position, await listLocations(turn.needs.db)) : [];
  const nearest = places.slice(0, LIMITS.buttons);
  if (nearest.length === 0) {
    await tellShop(turn);
    return true;
  }
  const { focus } = turn.draft;
  const isNumbered = nearest.length > 1 && !focus.offer && !focus.product;
  if (isNumbered) {
    turn.draft.focus = refocus(focus, { ask: 'location', places: nearest.map(({ place }) => place.id) });
  }
  const lines = nearest.map(({ place, meters }, index) => {
    const distance = textOf(turn, 'distance', roundedDistance(meters));
    return `${isNumbered ? `${index + 1}. ` : ''}${placeLines(turn, place, distance)}`;
  });
  const intro = textOf(turn, 'nearest', { count: nearest.length });
  say(turn, {
    body: [intro, ...lines, ...(nearest.length > 1 ? [textOf(turn, 'nearest_choose')] : [])].join('\n\n'),
    buttons: nearest.map(({ place }) => ({
      id: encodeTap({ kind: 'location', locationId: place.id }),
      title: place.name,
    })),
  });
  return true;
}
