import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSent } from '../../src/domain/inbound-content.ts';
import { isTooLongToHear, oggSeconds, sniffMediaType, voiceSeconds } from '../../src/domain/media.ts';
import { AMR, JPEG, M4A, MP3, oggOf, PNG, WEBP } from '../support/media-samples.ts';

test.each([
  ['image/jpeg', JPEG],
  ['image/png', PNG],
  ['image/webp', WEBP],
  ['audio/ogg', oggOf(1)],
  ['audio/amr', AMR],
  ['audio/mp4', M4A],
  ['audio/mpeg', MP3],
  ['audio/mpeg', Buffer.from('ID3\x04')],
  [undefined, Buffer.from('fff15080', 'hex')],
  [undefined, Buffer.from('<svg onload="alert(1)">')],
  [undefined, Buffer.from('%PDF-1.7')],
  [undefined, Buffer.from('MZ')],
  [undefined, Buffer.from('RIFF\0\0\0\0WAVE', 'latin1')],
  [undefined, Buffer.alloc(0)],
])('first bytes tell %s', (type, bytes) => {
  expect(sniffMediaType(bytes)).toBe(type);
});

test('a recording is as long as its last page says; whatever is in a file, reading it ends', () => {
  expect(oggSeconds(oggOf(12.5))).toBe(12.5);
  expect(oggSeconds(JPEG)).toBeUndefined();
  expect(oggSeconds(Buffer.from('OggS'))).toBeUndefined();
  const part = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.constant(oggOf(3)));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
      const bytes = Buffer.concat(parts);
      sniffMediaType(bytes);
      expect(oggSeconds(bytes) ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});

const longer = (beginning: Buffer, bytes: number) => Buffer.concat([beginning, Buffer.alloc(bytes - beginning.length)]);
test('a voice note is at least as long as its bytes, and longer where it says so', () => {
  expect(voiceSeconds(oggOf(200))).toBe(200);
  expect(voiceSeconds(longer(MP3, 60_000))).toBe(60);
  expect(voiceSeconds(Buffer.concat([longer(MP3, 60_000), oggOf(1)]))).toBeGreaterThan(60);
});

test.each([
  [false, 'five minutes as WhatsApp records them', Buffer.concat([Buffer.alloc(900_000), oggOf(300)])],
  [true, 'six minutes', oggOf(360)],
  [true, 'two megabytes that say they are a second', Buffer.concat([Buffer.alloc(2_000_000), oggOf(1)])],
  [true, 'two megabytes that say nothing', longer(MP3, 2_000_000)],
  [false, 'a minute of MP3', longer(MP3, 960_000)],
])('too long is %s of %s', (isTooLong, _what, bytes) => {
  expect(isTooLongToHear(bytes)).toBe(isTooLong);
});

const file = (type: string, more: Record<string, string> = {}) => ({
  ...{ Body: '', NumMedia: '1', MediaContentType0: type, MediaUrl0: 'https://api.twilio.com/x' },
  ...more,
});
test.each([
  ['picture', file('image/jpeg')],
  ['picture', file('image/webp', { MessageType: 'image' })],
  ['sticker', file('image/webp')],
  ['sticker', file('image/webp', { MessageType: 'sticker' })],
  ['voice', file('audio/ogg; codecs=opus', { MessageType: 'audio' })],
  ['video', file('video/mp4')],
  ['contact', file('text/vcard')],
  ['document', file('application/pdf', { Body: 'facture.pdf' })],
  ['document', file('')],
  ['contact', { MessageType: 'contacts', NumMedia: '0' }],
  ['reaction', { MessageType: 'reaction', Body: '👍' }],
  ['location', { Latitude: '16', Longitude: '-61' }],
  ['location', { Latitude: 'here', Longitude: 'there' }],
  ['text', { Body: 'bonjour' }],
  ['other', { MessageType: 'unsupported' }],
  ['other', undefined],
  ['other', ['x']],
])('a %s is told from what Twilio says', (content, fields) => {
  expect(readSent(fields).content).toBe(content);
});

test('whatever fields come, reading them ends in something that is known', () => {
  const names = ['NumMedia', 'MediaUrl0', 'MediaContentType0', 'MessageType', 'Body', 'Latitude', 'Longitude'];
  const fields = fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.string(), fc.integer().map(String)));
  fc.assert(
    fc.property(fields, (given) => {
      const { content, files } = readSent(given);
      expect(content).toEqual(expect.any(String));
      expect(files.length).toBeLessThanOrEqual(4);
    }),
  );
});

test('an advertisement is read from its headline and text, cut to a length', () => {
  const sent = readSent({ Body: 'dispo ?', ReferralHeadline: 'x'.repeat(900), ReferralSourceUrl: 'https://fb.me/1' });
  expect(sent.referral?.headline).toHaveLength(300);
  expect(readSent({ Body: 'dispo ?', ReferralNumMedia: '0' }).referral).toBeUndefined();
});
