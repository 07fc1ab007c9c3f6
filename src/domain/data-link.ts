import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { isUuid } from './uuid.ts';

/** Long enough to be opened on another device, short enough for a chat that somebody else may read one day. */
export const DATA_LINK_HOURS = 24;

/** Of no use for anything else that SESSION_SECRET stands behind, nor the other way round. */
const keyOf = (sessionSecret: string) => Buffer.from(hkdfSync('sha256', sessionSecret, '', 'personal data link', 32));

const sign = (sessionSecret: string, customerId: string, untilSeconds: number): Buffer =>
  createHmac('sha256', keyOf(sessionSecret)).update(`${customerId}:${untilSeconds}`).digest();

/** What lets its holder read everything that is kept of one customer, for a day. Signed with a key made of SESSION_SECRET, kept nowhere. */
export function makeDataToken(sessionSecret: string, customerId: string, now: Date): string {
  const untilSeconds = Math.floor(now.getTime() / 1000) + DATA_LINK_HOURS * 3600;
  return `${customerId}.${untilSeconds}.${sign(sessionSecret, customerId, untilSeconds).toString('base64url')}`;
}

/** Whose data a token opens; undefined when it is not ours, was changed, or its day is over. */
export function readDataToken(sessionSecret: string, token: string, now: Date): string | undefined {
  const [, customerId = '', until = '', signature = ''] =
    /^([0-9a-f-]{36})\.(\d{10})\.([A-Za-z0-9_-]{43})$/.exec(token) ?? [];
  if (!isUuid(customerId)) return undefined;
  const isOurs = timingSafeEqual(Buffer.from(signature, 'base64url'), sign(sessionSecret, customerId, Number(until)));
  return isOurs && now.getTime() < Number(until) * 1000 ? customerId : undefined;
}
