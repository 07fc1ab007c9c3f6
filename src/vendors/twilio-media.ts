import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../domain/errors.ts';
import { MEDIA_RULES, type MediaPurpose, sniffMediaType } from '../domain/media.ts';
import type { InboundMedia } from '../ports.ts';
import type { TwilioSettings } from './twilio-client.ts';
import {
  firstHop,
  type Hop,
  type MediaAccount,
  mediaRefused,
  mediaUnavailable,
  nextHop,
} from './twilio-media-address.ts';

/** `timeoutMs` here is for a whole file. */
type Settings = MediaAccount &
  Pick<TwilioSettings, 'timeoutMs'> & {
    retryDelaysMs?: readonly number[];
  };

const TIMEOUT_MS = 15_000;
// Twilio may announce a file a moment before it serves it.
const RETRY_DELAYS_MS = [1_000, 3_000];
const MAX_REDIRECTS = 3;
async function request({ url, headers }: Hop, signal: AbortSignal): Promise<Response> {
  const options = { headers: { ...headers, 'accept-encoding': 'identity' }, redirect: 'manual', signal } as const;
  return fetch(url, options).catch(() => {
    throw mediaUnavailable(signal.aborted ? 'it took too long' : 'no answer');
  });
}

async function follow(first: Hop, settings: Settings, signal: AbortSignal): Promise<Response> {
  let hop = first;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await request(hop, signal);
    if (response.status < 300 || response.status >= 400) return response;
    await response.body?.cancel();
    hop = nextHop(response.headers.get('location'), hop.url, settings);
  }
  throw mediaUnavailable('it was redirected too often');
}

/** The answer once there is one: a file that is not there yet is asked for again, a little later. */
async function answerOf(first: Hop, settings: Settings, signal: AbortSignal): Promise<Response> {
  for (const pauseMs of settings.retryDelaysMs ?? RETRY_DELAYS_MS) {
    const response = await follow(first, settings, signal);
    if (response.status !== 404) return response;
    await response.body?.cancel();
    await delay(pauseMs, undefined, { signal }).catch(() => {
      throw mediaUnavailable('it took too long');
    });
  }
  return follow(first, settings, signal);
}

async function read(response: Response, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const tooLarge = () => new AppError('media_too_large', `a customer's file is larger than ${maxBytes} bytes`);
  if (Number(response.headers.get('content-length')) > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(); // leaving the loop ends the connection
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw mediaUnavailable(signal.aborted ? 'it took too long' : 'the connection broke');
  }
  return Buffer.concat(chunks);
}

function check(response: Response, bytes: Buffer, purpose: MediaPurpose): string {
  const named = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!MEDIA_RULES[purpose].types.includes(named)) throw mediaRefused('it is of a type that is not taken');
  if (sniffMediaType(bytes) !== named) throw mediaRefused('it is not of the type it says');
  return named;
}

/**
 * Customers' files at Twilio. Our credentials go to the addresses of this account's files at Twilio's API only, redirects
 * are followed to Twilio's CDN only, and a file is what both its name and its first bytes say.
 */
export function createInboundMedia(settings: Settings): InboundMedia {
  return {
    async fetch(address, purpose) {
      const signal = AbortSignal.timeout(settings.timeoutMs ?? TIMEOUT_MS);
      const response = await answerOf(firstHop(address, settings), settings, signal);
      if (!response.ok) {
        await response.body?.cancel();
        throw mediaUnavailable(`HTTP ${response.status}`);
      }
      const bytes = await read(response, MEDIA_RULES[purpose].maxBytes, signal);
      return { contentType: check(response, bytes, purpose), bytes };
    },
  };
}
