import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentNeeds } from '../agent/answer-message.ts';
import {
  findOutcome,
  idsByName,
  insertKnownCustomer,
  messagesAfter,
  openCheckoutSession,
} from '../db/conversation-outcome.ts';
import type { OutboundContent } from '../domain/outbound-message.ts';
import { receiveMessage } from '../flows/receive-message.ts';
import type { MediaFile, Model } from '../ports.ts';
import { changeCatalogue } from './change-catalogue.ts';
import type { Played } from './check-case.ts';
import type { EvalCase, EvalTurn } from './eval-case.ts';
import type { EvalShop } from './eval-shop.ts';
import type { IdNames } from './id-names.ts';
import { EVALS_FOLDER } from './read-cases.ts';
import { countingModel, noUse, watchedModel } from './recorded-model.ts';
import { type Spoken, spokenByShop } from './transcript.ts';

const CUSTOMER = 'whatsapp:+33639980001';

/** Ids of the case that is being played, by the names that recordings have for them. */
export async function namesIn({ parts: { db } }: EvalShop): Promise<IdNames> {
  const [ids, { orders }] = await Promise.all([idsByName(db), findOutcome(db, CUSTOMER)]);
  return { ...ids, orders: orders.map(({ number }) => number) };
}

/** A turn that cannot be played: nothing of that title to tap, nothing to pay. */
class Unplayable extends Error {}

type Option = { id: string; title: string; kind: 'button' | 'list' };

const optionsOf = (replies: readonly OutboundContent[]): Option[] => [
  ...replies.flatMap(({ buttons = [] }) => buttons.map(({ id, title }) => ({ id, title, kind: 'button' as const }))),
  ...replies.flatMap(({ list }) => (list?.items ?? []).map(({ id, title }) => ({ id, title, kind: 'list' as const }))),
];

const FILE_URL = 'https://api.twilio.com/file';
const fileFields = (type: string, contentType: string, caption: string) => ({
  ...{ Body: caption, MessageType: type, NumMedia: '1', MediaUrl0: FILE_URL, MediaContentType0: contentType },
});

/** The customer's phone: what they do in a turn, as the fields that Twilio posts, and what they hear. */
class Phone {
  readonly transcript: Spoken[] = [];
  /** What the next voice notes say, and what the next picture shows. */
  readonly voices: string[] = [];
  picture: MediaFile | undefined;
  #heard = 0n;
  #lastReplies: OutboundContent[] = [];
  readonly #shop: EvalShop;
  readonly #agent: AgentNeeds;
  readonly #profileName: string;

  constructor(shop: EvalShop, profileName: string, model: Model | null) {
    this.#shop = shop;
    this.#profileName = profileName;
    this.#agent = shop.agent({
      model,
      media: {
        fetch: async (_, purpose) => {
          if (purpose === 'picture' && this.picture) return this.picture;
          return { contentType: 'audio/ogg', bytes: Buffer.from('OggS') };
        },
      },
      transcriber: { transcribe: async () => this.voices.shift() ?? '' },
    });
  }

  async play(turn: EvalTurn, index: number): Promise<void> {
    await this.#act(turn, index);
    await this.#shop.work(this.#agent);
    const heard = await messagesAfter(this.#shop.parts.db, CUSTOMER, this.#heard);
    this.#heard = heard.at(-1)?.seq ?? this.#heard;
    // What was offered before can still be tapped after a turn that nothing answers.
    if (heard.length > 0) this.#lastReplies = heard.map(({ content }) => content);
    this.transcript.push(...heard.map(({ content }) => spokenByShop(index, content)));
  }

  async #act(turn: EvalTurn, index: number): Promise<void> {
    const { says, taps, voiceNote, picture, location, sticker, pays, minutesPass, shopChanges } = turn;
    if (says !== undefined) for (const body of [says].flat()) await this.#write(index, body, { Body: body });
    if (taps !== undefined) await this.#tap(index, taps);
    if (voiceNote !== undefined) {
      this.voices.push(voiceNote);
      await this.#write(index, voiceNote, fileFields('audio', 'audio/ogg', ''), 'voice note');
    }
    if (picture !== undefined) {
      this.picture = { contentType: 'image/png', bytes: readFileSync(path.join(EVALS_FOLDER, picture.file)) };
      await this.#write(index, picture.caption, fileFields('image', 'image/png', picture.caption), 'picture');
    }
    if (location !== undefined) {
      const fields = { Latitude: String(location.latitude), Longitude: String(location.longitude) };
      await this.#write(index, '', { ...fields, MessageType: 'location' }, 'location');
    }
    if (sticker) await this.#write(index, '', fileFields('sticker', 'image/webp', ''), 'sticker');
    if (pays !== undefined) await this.#pay(index, pays);
    if (minutesPass !== undefined) {
      this.#note(index, '', `${minutesPass} minutes pass`);
      await this.#shop.pass(minutesPass, this.#agent);
    }
    if (shopChanges !== undefined) await changeCatalogue(this.#shop.parts.db, shopChanges);
  }

  #note(turn: number, text: string, and?: string): void {
    this.transcript.push({ from: 'customer', turn, text, options: [], ...(and && { with: and }) });
  }

  async #write(turn: number, text: string, fields: Record<string, string>, and?: string): Promise<void> {
    this.#note(turn, text, and);
    const MessageSid = `SM${randomUUID().replaceAll('-', '')}`;
    const base = { MessageSid, From: CUSTOMER, ProfileName: this.#profileName, Body: '', NumMedia: '0' };
    await receiveMessage(this.#shop.parts, { ...base, ...fields });
  }

  async #tap(turn: number, wanted: string | number): Promise<void> {
    const options = optionsOf(this.#lastReplies);
    const option = typeof wanted === 'number' ? options[wanted - 1] : options.find(({ title }) => title === wanted);
    if (!option) {
      const offered = options.map(({ title }) => title).join(', ') || 'nothing';
      throw new Unplayable(`there is no ${JSON.stringify(wanted)} to tap, the last answer offers ${offered}`);
    }
    const { id, title, kind } = option;
    const payload: Record<string, string> =
      kind === 'list' ? { ListId: id, ListTitle: title } : { ButtonPayload: id, ButtonText: title };
    await this.#write(turn, title, { Body: title, ...payload }, 'tap');
  }

  async #pay(turn: number, how: NonNullable<EvalTurn['pays']>): Promise<void> {
    const sessionId = await openCheckoutSession(this.#shop.parts.db, CUSTOMER);
    if (!sessionId) throw new Unplayable('there is no open payment link to pay with');
    this.#note(turn, '', how === 'card accepted' ? 'pays' : 'card declined');
    const { checkout } = this.#shop.sandbox.stripe;
    if (how === 'card accepted') checkout.pay(sessionId);
    else checkout.decline(sessionId);
    await this.#shop.sandbox.idle();
  }
}

async function arrange({ parts }: EvalShop, { shop, customer }: EvalCase): Promise<void> {
  await changeCatalogue(parts.db, shop);
  const { optedOut, ...facts } = customer;
  const isKnown = optedOut || facts.firstName || facts.email || facts.language;
  if (!isKnown) return;
  await insertKnownCustomer(parts.db, CUSTOMER, { ...facts, ...(optedOut && { optedOutAt: parts.clock.now() }) });
}

/**
 * Plays a conversation from its first message to its last in a shop that opens anew for it. `model` null: by rules alone.
 * Whatever goes wrong with the conversation itself is among `problems`; it throws only for faults of ours.
 */
export async function playCase(shop: EvalShop, evalCase: EvalCase, model: Model | null): Promise<Played> {
  await shop.reopen();
  await arrange(shop, evalCase);
  const use = noUse();
  const problems: string[] = [];
  // A model that is written to misbehave may say any price: what counts is what comes of it.
  const onInvented = (problem: string) => evalCase.model !== 'written' && problems.push(problem);
  const watched = model && watchedModel(countingModel(model, use), onInvented);
  const phone = new Phone(shop, evalCase.customer.profileName, watched);
  const startedAt = performance.now();
  for (const [index, turn] of evalCase.turns.entries()) {
    try {
      await phone.play(turn, index);
    } catch (error) {
      if (!(error instanceof Unplayable)) throw error;
      problems.push(`turn ${index + 1}: ${error.message}`);
      break;
    }
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const outcome = await findOutcome(shop.parts.db, CUSTOMER);
  return { transcript: phone.transcript, outcome, usage: use, seconds, problems };
}
