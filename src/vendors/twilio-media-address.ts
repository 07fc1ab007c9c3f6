import { AppError } from '../domain/errors.ts';
import type { TwilioSettings } from './twilio-client.ts';

/** Where customers' files may be fetched from, and where our credentials may go. */
export type MediaAccount = Pick<TwilioSettings, 'accountSid' | 'authToken' | 'apiBaseUrl'>;
export type Hop = { url: URL; headers: Record<string, string> };

// api.twilio.com, or a region's: api.dublin.ie1.twilio.com
const API_HOST = /^api(?:\.[a-z0-9-]+){0,2}\.twilio\.com$/;
// Where Twilio's own redirect leads; the signature in the address lets one in, credentials are not for there.
const CDN_HOST = /^[a-z0-9-]+\.twiliocdn\.com$/;
const SID = { message: /^[SM]M[0-9a-f]{32}$/, media: /^ME[0-9a-f]{32}$/ };

// Never an address in these: a CDN's opens the file for whoever reads it.
export const mediaRefused = (reason: string) =>
  new AppError('media_refused', `a customer's file was not taken: ${reason}`);
export const mediaUnavailable = (reason: string) =>
  new AppError('media_unavailable', `a customer's file could not be fetched: ${reason}`, { retryable: true });

/** True for the path of a file of this very account's, and for nothing else on the host that gets our credentials. */
function isMediaPath(pathname: string, accountSid: string): boolean {
  const [empty, version, accounts, account, messages, message = '', media, file = '', ...rest] = pathname.split('/');
  const isNamed = empty === '' && version === '2010-04-01' && accounts === 'Accounts' && account === accountSid;
  const isFile = messages === 'Messages' && SID.message.test(message) && media === 'Media' && SID.media.test(file);
  return isNamed && isFile && rest.length === 0;
}

const isPlainHttps = ({ protocol, port, username, password }: URL): boolean =>
  protocol === 'https:' && port === '' && username === '' && password === '';

/** The address Twilio gave, with our credentials. Throws AppError `media_refused` for any other. */
export function firstHop(address: string, account: MediaAccount): Hop {
  if (!URL.canParse(address)) throw mediaRefused('its address is none');
  const url = new URL(address);
  const base = account.apiBaseUrl ? new URL(account.apiBaseUrl) : undefined;
  const isTwilio = (isPlainHttps(url) && API_HOST.test(url.hostname)) || (base && url.origin === base.origin);
  const isPlain = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!isTwilio || !isPlain || !isMediaPath(url.pathname, account.accountSid)) {
    throw mediaRefused('its address is not that of a file at Twilio');
  }
  const credentials = Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64');
  return {
    url: base ? new URL(`${account.apiBaseUrl}${url.pathname}`) : url,
    headers: { authorization: `Basic ${credentials}` },
  };
}

/** Where Twilio redirects to, without credentials: its CDN. Throws AppError for anywhere else. */
export function nextHop(location: string | null, from: URL, account: MediaAccount): Hop {
  if (!location || !URL.canParse(location, from.href)) throw mediaUnavailable('it was redirected nowhere');
  const url = new URL(location, from);
  const isBase = account.apiBaseUrl !== undefined && url.origin === new URL(account.apiBaseUrl).origin;
  if (!isBase && !(isPlainHttps(url) && CDN_HOST.test(url.hostname))) throw mediaRefused('it was redirected elsewhere');
  return { url, headers: {} };
}
