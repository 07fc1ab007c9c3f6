import { z } from 'zod';
import { listLocations } from '../../db/catalogue.ts';
import type { PickupLocation } from '../../domain/catalogue.ts';
import { LOCALES } from '../../domain/locale.ts';
import { hoursIn } from '../../domain/opening-hours.ts';
import { plainText } from '../../domain/plain-text.ts';
import { spokenName } from '../../domain/spoken-name.ts';
import { humanButton, resumeButton } from '../replies.ts';
import { say, type Turn, textOf } from '../turn.ts';
import { defineTool, refused, type ToolResult } from './tool.ts';

/** Sets where the order is picked up; undefined when there is no such place (any more). */
export async function chooseLocation(turn: Turn, locationId: string): Promise<PickupLocation | undefined> {
  const place = (await listLocations(turn.needs.db)).find((location) => location.id === locationId);
  if (place) turn.draft.cart = { ...turn.draft.cart, locationId };
  return place;
}

/** From now on a person answers; the customer may come back to the bot with a tap. `key` is said before. */
export function callHuman(turn: Turn, key?: string): void {
  const { draft } = turn;
  if (!draft.humanSince) {
    // Operators alert on this line, or on conversations_waiting_for_person: nobody reads every chat.
    turn.needs.log.warn({ conversationId: turn.claim.conversationId }, 'a customer asks for a person');
  }
  draft.humanSince ??= turn.needs.clock.now();
  draft.isClosed = true;
  say(turn, {
    body: [
      ...(key ? [textOf(turn, key)] : []),
      textOf(turn, 'human_called', { hours: hoursIn(turn.needs.shop.hours, turn.locale) || 'none' }),
    ].join(' '),
    buttons: [resumeButton(turn)],
  });
}

// Of these a third in a row brings a person unasked (answer-message.ts).
const MISUNDERSTANDINGS = new Set([
  'not_understood',
  'cannot_read',
  'voice_not_understood',
  'picture_not_seen',
  'apology',
]);

export function offerHuman(turn: Turn, key: string): void {
  if (MISUNDERSTANDINGS.has(key)) turn.draft.hasMissed = true;
  say(turn, { body: textOf(turn, key), buttons: [humanButton(turn)] });
}

const EMAILS = /[^\s@<>()"',;:]{1,64}@[^\s@<>()"',;:]+\.[a-z]{2,}/gi;
const NAME = /^\p{L}[\p{L} '’.-]{0,40}$/u;

/** Their own words only: not what they quote, nor what stands in a picture, an advertisement or the catalogue. */
const ownWords = ({ inbound, history }: Turn): string[] => [
  ...history.filter(({ role }) => role === 'customer').map(({ content }) => content),
  ...inbound.filter(({ payload }) => payload === null).map(({ body }) => body),
];

const hasWritten = (turn: Turn, email: string): boolean =>
  ownWords(turn)
    .flatMap((words) => words.match(EMAILS) ?? [])
    .some((written) => written.toLowerCase() === email.toLowerCase());

function hasSaidName(turn: Turn, name: string): boolean {
  if (!NAME.test(name)) return false;
  const inWords = (text: string) => ` ${plainText(text).replace(/[^a-z]+/g, ' ')} `;
  return [...ownWords(turn), spokenName(turn.profileName) ?? ''].some((said) => inWords(said).includes(inWords(name)));
}

export const setCustomerDetailsTool = defineTool({
  name: 'set_customer_details',
  description:
    'Keeps what the customer said about themselves; null leaves a detail as it is. Never ask for an email twice.',
  arguments: {
    first_name: z.string().trim().min(1).max(60).nullable(),
    email: z.email().max(200).nullable(),
    language: z.enum(LOCALES).nullable().describe('only when the customer asks to go on in another language'),
  },
  async run(turn, { first_name, email, language }): Promise<ToolResult> {
    const { customer } = turn.draft;
    if (email && !hasWritten(turn, email))
      return refused('the customer never wrote this email', 'ask them to write it; it is needed for no order');
    if (first_name && !hasSaidName(turn, first_name))
      return refused('the customer never gave this name', 'go on without a name');
    turn.draft.customer = {
      ...customer,
      firstName: first_name ?? customer.firstName,
      email: email ?? customer.email,
      locale: language ?? customer.locale,
    };
    return { kind: 'kept' };
  },
});

export const chooseLocationTool = defineTool({
  name: 'choose_location',
  description: 'Sets where the customer picks the order up. Ids are in the shop facts.',
  arguments: { location_id: z.uuid() },
  async run(turn, { location_id }) {
    const place = await chooseLocation(turn, location_id);
    return place
      ? { kind: 'chosen', name: place.name }
      : refused('no such pickup location', 'take an id of pickup_locations in the state');
  },
});
