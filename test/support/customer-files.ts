import type { AgentNeeds } from '../../src/agent/answer-message.ts';
import { AppError } from '../../src/domain/errors.ts';
import { JPEG, oggOf } from './media-samples.ts';

const URL0 = 'https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1';

/** The fields with which Twilio tells of a file. */
export const file = (MediaContentType0: string, more: Record<string, string> = {}) => ({
  ...{ NumMedia: '1', MediaUrl0: URL0, MediaContentType0 },
  ...more,
});
export const picture = (Body = '') => file('image/jpeg', { Body, MessageType: 'image' });
export const voiceNote = file('audio/ogg; codecs=opus', { MessageType: 'audio' });

/** What fetches customers' files: fails, or has these bytes for each of them. */
export const failing = (code: string): AgentNeeds['media'] => ({
  fetch: () => Promise.reject(new AppError(code, 'no')),
});
export const serving = (bytes: Buffer, contentType: string): AgentNeeds['media'] => ({
  fetch: () => Promise.resolve({ bytes, contentType }),
});
export const jpeg = serving(JPEG, 'image/jpeg');
export const recording = serving(oggOf(4), 'audio/ogg');

/** Who understands these words, or fails, file by file. */
export function hears(...texts: (string | Error)[]) {
  const listened: number[] = [];
  const transcribe = async ({ bytes }: { bytes: Buffer }) => {
    listened.push(bytes.length);
    const next = texts.shift() ?? new Error('nothing more was said');
    if (next instanceof Error) throw next;
    return next;
  };
  return { transcriber: { transcribe }, listened };
}
