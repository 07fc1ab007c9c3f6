import { heardAs, type InboundText, keepTranscript } from '../db/inbound-texts.ts';
import type { LoadedTurn } from '../db/load-turn.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { isFileName } from '../domain/inbound-content.ts';
import { looseIntent } from '../domain/intents.ts';
import { isTooLongToHear } from '../domain/media.ts';
import { parseSearch } from '../domain/search-query.ts';
import type { MediaFile } from '../ports.ts';
import { askBudget, countHearing, type Payer } from './model-spending.ts';
import { greetingMessage } from './replies.ts';
import { offerHuman } from './tools/customer-tools.ts';
import { type AgentNeeds, say, type Turn } from './turn.ts';

/** Of one burst; what is beyond is told as not understood. */
const MAX_VOICE_NOTES = 4;
const MAX_PICTURES = 4;

type Listening = Payer & { needs: Pick<AgentNeeds, 'log' | 'media' | 'transcriber'> };

/** A caption; a document's name in its place says nothing. */
const captionOf = ({ body, sent }: InboundText): string =>
  sent.content === 'document' && isFileName(body) ? '' : body.trim();

/**
 * The same messages with the voice notes among them as words. What was understood is kept on the message at once: a turn
 * that runs again does not listen again, and a person who takes over can read what was said. A note that cannot be
 * understood holds nothing up: it is told so. Nobody listens to somebody who floods us, nor past the day's budget.
 */
export async function hearVoiceNotes(
  listening: Listening,
  { inbound, isSlowed }: Pick<LoadedTurn, 'inbound' | 'isSlowed'>,
): Promise<InboundText[]> {
  const unheard = inbound.filter(({ sent, voice }) => sent.content === 'voice' && voice === undefined);
  if (unheard.length === 0) return inbound;
  const mayListen = !isSlowed && (await isPaidFor(listening));
  const listenedTo = new Set(mayListen ? unheard.slice(0, MAX_VOICE_NOTES) : []);
  const voice = mayListen ? 'unheard' : 'not_now';
  return Promise.all(
    inbound.map(async (message): Promise<InboundText> => {
      if (listenedTo.has(message)) return { ...message, ...(await hear(listening, message)) };
      return unheard.includes(message) ? { ...message, voice } : message;
    }),
  );
}

/** Whether the day's budgets have something left, as before any call of the model. */
async function isPaidFor(listening: Listening): Promise<boolean> {
  try {
    await askBudget(listening);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'model_over_budget') return false;
    throw error;
  }
}

async function hear(listening: Listening, message: InboundText): Promise<Partial<InboundText>> {
  const heard = await listen(listening, message);
  if (!('transcript' in heard)) return heard;
  return heardAs(await keepTranscript(listening.needs.db, message.id, heard.transcript));
}

type Heard = { transcript: string } | { voice: 'unheard' | 'too_long' };

async function listen(listening: Listening, { messageSid, sent }: InboundText): Promise<Heard> {
  const { media, transcriber, log } = listening.needs;
  const [file] = sent.files;
  if (!transcriber || !file) return { voice: 'unheard' };
  try {
    const recording = await media.fetch(file.url, 'voice');
    if (isTooLongToHear(recording.bytes)) return { voice: 'too_long' };
    await countHearing(listening, recording.bytes);
    const transcript = await transcriber.transcribe(recording);
    return transcript ? { transcript } : { voice: 'unheard' };
  } catch (error) {
    log.warn({ messageSid, error: describeError(error) }, 'a voice note was not understood');
    const isTooLarge = error instanceof AppError && error.code === 'media_too_large';
    return { voice: isTooLarge ? 'too_long' : 'unheard' };
  }
}

const VOICE_TEXTS = {
  unheard: 'voice_not_understood',
  too_long: 'voice_too_long',
  not_now: 'voice_not_now',
};

/** What needs no understanding: read silently where an answer would be silly, kindly declined where nothing can be done. */
export function answerAttachment(turn: Turn, message: InboundText): boolean {
  switch (message.sent.content) {
    case 'reaction':
      return true;
    case 'sticker':
      // Whoever begins with a sticker says hello with it.
      if (turn.history.length === 0 && turn.inbound.length === 1) say(turn, greetingMessage(turn));
      return true;
    case 'voice':
      if (message.voice === 'heard') return false;
      offerHuman(turn, VOICE_TEXTS[message.voice ?? 'unheard']);
      return true;
    case 'video':
    case 'document':
    case 'contact':
      if (captionOf(message)) return false;
      offerHuman(turn, `cannot_open_${message.sent.content}`);
      return true;
    case 'other':
      if (message.payload !== null || captionOf(message)) return false;
      offerHuman(turn, 'cannot_read');
      return true;
    default:
      return false;
  }
}

/** Whether the words with a picture say by themselves what is wanted: "205/55 R16", "michelin", "my order". */
function tellsWhat(caption: string): boolean {
  const { size, groups } = parseSearch(caption);
  return size.length > 0 || groups.length > 0 || looseIntent(caption) !== undefined;
}

/** Without a model nobody sees pictures: the words with it are answered if they tell, else the size is asked for. */
export function declinePicture(turn: Turn, message: InboundText): boolean {
  if (message.sent.content !== 'picture' || tellsWhat(message.body)) return false;
  offerHuman(turn, 'picture_not_seen');
  return true;
}

/**
 * Fetches the pictures among `messages` for the model, in memory and for this turn only. Answers what is left for it: a
 * picture that could not be fetched and came without words is told so here.
 */
export async function fetchPictures(turn: Turn, messages: readonly InboundText[]): Promise<InboundText[]> {
  const withPicture = messages.filter(({ sent }) => sent.content === 'picture').slice(-MAX_PICTURES);
  await Promise.all(
    withPicture.map(async (message) => {
      const picture = await fetchPicture(turn, message);
      if (picture) turn.pictures.set(message.id, picture);
    }),
  );
  const isLost = (message: InboundText) => message.sent.content === 'picture' && !turn.pictures.has(message.id);
  const lost = messages.filter((message) => isLost(message) && !captionOf(message));
  if (lost.length > 0) offerHuman(turn, 'picture_not_seen');
  return messages.filter((message) => !lost.includes(message));
}

async function fetchPicture({ needs }: Turn, message: InboundText): Promise<MediaFile | undefined> {
  const [file] = message.sent.files;
  if (!file) return undefined;
  try {
    return await needs.media.fetch(file.url, 'picture');
  } catch (error) {
    needs.log.warn({ messageSid: message.messageSid, error: describeError(error) }, 'a picture was not fetched');
    return undefined;
  }
}

/** For the model: what came in place of words, or with them. */
export function describeAttachment(turn: Turn, message: InboundText): string {
  const { content } = message.sent;
  const caption = captionOf(message);
  switch (content) {
    case 'text':
    case 'other':
      return caption || '[empty message]';
    case 'voice':
      return message.voice === 'heard' ? `[voice note, transcribed] ${caption}` : '[voice note, not understood]';
    case 'picture':
      return `[sent a picture${turn.pictures.has(message.id) ? '' : ' that could not be opened'}] ${caption}`.trim();
    case 'video':
    case 'document':
    case 'contact':
      return `[sent a ${content} that cannot be opened] ${caption}`.trim();
    case 'location':
      return '[shared a location]';
    default:
      return `[sent a ${content}] ${caption}`.trim();
  }
}
