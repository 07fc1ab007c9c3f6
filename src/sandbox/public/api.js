// @ts-check
/** @import { Customer, Message, Outgoing, ShopState, Status } from './store.js' */

const root = '/sandbox/api';
const requestTimeoutMs = 20_000;
const reconnectDelayMs = 1_500;

/** @param {string} path @param {unknown} [body] posted as JSON when given @returns {Promise<any>} */
async function call(path, body) {
  const response = await fetch(`${root}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    cache: 'no-store',
    signal: AbortSignal.timeout(requestTimeoutMs),
  });
  const isJson = response.headers.get('content-type')?.includes('json');
  const answer = isJson ? await response.json() : null;
  if (!response.ok)
    throw new Error([answer?.details?.[0] ?? answer?.error, `HTTP ${response.status}`].filter(Boolean).join(' - '));
  return answer;
}

/** A file goes as it is, its caption in the address. @param {string} customerId @param {{ file: File, caption: string }} sent */
async function sendFile(customerId, { file, caption }) {
  const response = await fetch(`${root}${chatPath(customerId)}/files?caption=${encodeURIComponent(caption)}`, {
    method: 'POST',
    headers: { 'content-type': file.type || 'application/octet-stream' },
    body: file,
    signal: AbortSignal.timeout(requestTimeoutMs),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message ?? `HTTP ${response.status}`);
  return answer;
}

/** @param {string} customerId */
const chatPath = (customerId) => `/customers/${encodeURIComponent(customerId)}`;

export const api = {
  /** @returns {Promise<ShopState>} */
  loadState: () => call('/state'),
  /** @param {string} customerId @returns {Promise<{ messages: Message[], typing: boolean }>} */
  loadMessages: (customerId) => call(`${chatPath(customerId)}/messages`),
  /** @param {string} customerId @param {Outgoing} outgoing @returns {Promise<Message>} */
  send: (customerId, outgoing) =>
    'file' in outgoing ? sendFile(customerId, outgoing) : call(`${chatPath(customerId)}/messages`, outgoing),
  /** @param {string} customerId */
  markRead: (customerId) => call(`${chatPath(customerId)}/read`, {}),
  /** @param {string} name @returns {Promise<Customer>} */
  createCustomer: (name) => call('/customers', { name }),
  /** @param {number} advanceMinutes @returns {Promise<{ now: string, offsetMinutes: number }>} */
  advanceClock: (advanceMinutes) => call('/clock', { advanceMinutes }),
  /** @param {boolean} down @returns {Promise<{ down: boolean }>} */
  setModelDown: (down) => call('/model', { down }),
};

/**
 * Listens to the shop, for as long as the page is open. The browser reconnects by itself after a lost connection but gives
 * up after an HTTP error (a restart behind a proxy): then a new one is opened here. `opened` runs after every connection,
 * since whatever happened in between was not heard.
 * @param {{ opened: () => void, lost: () => void, message: (event: { customerId: string, message: Message }) => void,
 *   status: (event: { customerId: string, messageId: string, status: Status }) => void,
 *   typing: (event: { customerId: string, typing: boolean }) => void,
 *   clock: (event: { now: string, offsetMinutes: number }) => void, customer: (event: Customer) => void }} on
 */
export function listen(on) {
  const source = new EventSource(`${root}/events`);
  source.addEventListener('open', () => on.opened());
  source.addEventListener('error', () => {
    on.lost();
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(on), reconnectDelayMs);
  });
  source.addEventListener('message', (event) => on.message(JSON.parse(event.data)));
  source.addEventListener('status', (event) => on.status(JSON.parse(event.data)));
  source.addEventListener('typing', (event) => on.typing(JSON.parse(event.data)));
  source.addEventListener('clock', (event) => on.clock(JSON.parse(event.data)));
  source.addEventListener('customer', (event) => on.customer(JSON.parse(event.data)));
}
