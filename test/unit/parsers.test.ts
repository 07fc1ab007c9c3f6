import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { CONFIG_KEYS } from '../../src/config-keys.ts';
import { isPlainNo, isPlainYes, mayBeYes } from '../../src/domain/assent.ts';
import { CATALOGUE_COLUMNS, type CatalogueRecord, readCatalogueLine } from '../../src/domain/catalogue-line.ts';
import { readSent } from '../../src/domain/inbound-content.ts';
import { asksToCancel, looseIntent, namesOrder, plainIntent } from '../../src/domain/intents.ts';
import { LOCALES } from '../../src/domain/locale.ts';
import { readLocations } from '../../src/domain/location-file.ts';
import { parseMoney } from '../../src/domain/money.ts';
import { hoursIn } from '../../src/domain/opening-hours.ts';
import { readOrder } from '../../src/domain/order-lines.ts';
import { readDay } from '../../src/domain/period.ts';
import { parseChannelAddress } from '../../src/domain/phone.ts';
import { readPickupCode } from '../../src/domain/pickup.ts';
import { ratingOf } from '../../src/domain/rating.ts';
import { readSize } from '../../src/domain/tyre-size.ts';
import { localPath } from '../../src/http/staff/session.ts';

// What people and vendors send is read by these. Whatever comes, they answer: a value within bounds, or that it is none.

const PIECES = [
  ...['oui', 'yes', 'sí', 'non', 'STOP', 'C-1001', '4', '12,50', '1 234', '205/55 R16', '+590690000001', 'whatsapp:'],
  ...[
    'https://shop.example/pickup/',
    'a'.repeat(43),
    'Lun-Ven 8h-17h',
    '24:61',
    '2026-02-30',
    '/staff',
    '//',
    '..',
    '\\',
  ],
  ...[
    '__proto__',
    'constructor',
    'null',
    '{}',
    '[',
    '-',
    '.',
    ' ',
    '\n',
    '\r\n',
    '\u0000',
    '\ud800',
    '\u202e',
    '١٢',
    '👍🏽',
    '%0d%0a',
  ],
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(...PIECES).map((piece) => piece.repeat(600)),
);
const RUNS = { numRuns: 400 };

test('words of customers and staff are read without a fault, however odd or long', () => {
  const readers = [
    isPlainYes,
    isPlainNo,
    mayBeYes,
    plainIntent,
    looseIntent,
    asksToCancel,
    namesOrder,
    readOrder,
    ratingOf,
  ];
  fc.assert(
    fc.property(text, (said) => {
      for (const read of readers) read(said);
      readSize(said);
      for (const locale of LOCALES) expect(typeof hoursIn(said, locale)).toBe('string');
      // Nobody says both.
      expect(isPlainYes(said) && isPlainNo(said)).toBe(false);
      if (isPlainYes(said)) expect(mayBeYes(said)).toBe(true);
    }),
    RUNS,
  );
});

test('an amount, a day, a pickup code and a number are within their bounds, or none', () => {
  fc.assert(
    fc.property(text, fc.constantFrom('EUR', 'JPY', 'KWD'), (typed, currency) => {
      const amount = parseMoney(typed, currency);
      if (amount !== undefined) expect(Number.isSafeInteger(amount) && amount > 0 && amount < 1e10).toBe(true);
      const day = readDay(typed);
      if (day !== undefined) expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
      const code = readPickupCode(typed);
      if (code)
        expect('token' in code ? /^[\w-]{43}$/.test(code.token) : /^C-\d{1,12}$/.test(code.orderNumber)).toBe(true);
      const channel = parseChannelAddress(typed);
      if (channel) {
        expect(channel.channelAddress.length).toBeLessThanOrEqual(129);
        expect(channel.phone === null || /^\+\d{3,17}$/.test(channel.phone)).toBe(true);
      }
    }),
    RUNS,
  );
});

test('fields of Twilio’s, whatever is in them, become one of the known contents with few files and short words', () => {
  const NAMES = ['NumMedia', 'MediaUrl0', 'MediaContentType0', 'Latitude', 'Longitude', 'MessageType', 'ReferralBody'];
  const value = fc.oneof(text, fc.constantFrom('-3', '1e9', 'Infinity', '2'), fc.anything());
  const fields = fc.oneof(fc.dictionary(fc.constantFrom(...NAMES, '__proto__', 'Body'), value), fc.anything());
  fc.assert(
    fc.property(fields, (given) => {
      const sent = readSent(given);
      expect(sent.files.length).toBeLessThanOrEqual(4);
      expect(sent.referral?.body.length ?? 0).toBeLessThanOrEqual(300);
      if (sent.position) expect(Math.abs(sent.position.latitude)).toBeLessThanOrEqual(90);
    }),
    RUNS,
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('a line of a catalogue and a file of places are taken whole or refused with reasons', () => {
  const record = fc.record(
    Object.fromEntries(CATALOGUE_COLUMNS.map((column) => [column, text])) as Record<keyof CatalogueRecord, typeof text>,
  );
  fc.assert(
    fc.property(record, text, fc.json(), (line, words, json) => {
      const read = readCatalogueLine(line);
      if ('problems' in read) expect(read.problems.length).toBeGreaterThan(0);
      else expect(Number.isSafeInteger(read.line.priceMinor) && read.line.priceMinor >= 0).toBe(true);
      for (const file of [words, json]) {
        const places = readLocations(file);
        if ('problems' in places) expect(places.problems.length).toBeGreaterThan(0);
      }
    }),
    RUNS,
  );
  readLocations('[{"__proto__":{"polluted":1},"code":"A"}]');
  readCatalogueLine({
    ...Object.fromEntries(CATALOGUE_COLUMNS.map((each) => [each, 'a'])),
    attributes: '{"__proto__":{"polluted":"1"}}',
  } as CatalogueRecord);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('an environment is read, or refused key by key without a value being told', () => {
  const environment = fc.dictionary(
    fc.constantFrom(...CONFIG_KEYS),
    text.map((value) => `s3cret${value}`),
  );
  fc.assert(
    fc.property(environment, (env) => {
      try {
        loadConfig(env);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        expect((error as Error).message).not.toContain('s3cret');
      }
    }),
    { numRuns: 150 },
  );
});

test('whatever follows "next", a browser stays with this shop’s staff pages or pickups', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        text.map((tail) => `/staff${tail}`),
        text.map((tail) => `/pickup/${tail}`),
      ),
      (next) => {
        const to = localPath(next);
        expect(to).not.toMatch(/[\r\n]/);
        expect(new URL(to, 'https://shop.example').origin).toBe('https://shop.example');
      },
    ),
    RUNS,
  );
});
