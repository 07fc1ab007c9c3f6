import { expect, test } from '@jest/globals';
import { initialState, laterStatus, reduce, sortCustomers } from '../../src/sandbox/public/store.js';

type State = ReturnType<typeof reduce>;
type Action = Parameters<typeof reduce>[1];
type Customer = State['customers'][number];
type Chat = State['chats'][string];
type Message = Chat['messages'][number];
type Pending = Chat['pending'][number];

const customer = (id: string, changes: Partial<Customer> = {}): Customer => ({
  id,
  name: `Customer ${id}`,
  phone: '+33639980000',
  unread: 0,
  lastText: null,
  lastAt: null,
  windowOpenUntil: null,
  ...changes,
});

const message = (id: string, changes: Partial<Message> = {}): Message => ({
  id,
  direction: 'in',
  kind: 'text',
  body: `body of ${id}`,
  at: '2026-03-01T10:00:00.000Z',
  status: 'delivered',
  ...changes,
});

const pending = (localId: string, body: string): Pending => ({
  localId,
  kind: 'text',
  body,
  at: '2026-03-01T10:00:00.000Z',
  outgoing: { text: body },
  failed: false,
});

const shop = (customers: Customer[]) => ({
  shopName: 'Garage',
  shopNumber: '+33939035000',
  now: '2026-03-01T10:00:00.000Z',
  offsetMinutes: 0,
  customers,
});

const loaded: Action = { type: 'stateLoaded', shop: shop([customer('a'), customer('b')]), receivedAtMs: 0 };
const after = (...actions: Action[]) => [loaded, ...actions].reduce(reduce, initialState);
const ids = (state: State, customerId = 'a') => state.chats[customerId]?.messages.map((one) => one.id);
const arrived = (one: Message, customerId = 'a'): Action => ({ type: 'messageArrived', customerId, message: one });
const started = (one: Pending): Action => ({ type: 'sendStarted', customerId: 'a', pending: one });
const accepted = (localId: string, one: Message): Action => ({
  type: 'sendAccepted',
  customerId: 'a',
  localId,
  message: one,
});

test('a message that is heard and then loaded again is there once', () => {
  const reload: Action = {
    type: 'messagesLoaded',
    customerId: 'a',
    messages: [message('1'), message('2', { at: '2026-03-01T10:01:00.000Z' })],
    typing: false,
  };
  const state = after(arrived(message('2', { at: '2026-03-01T10:01:00.000Z' })), reload, arrived(message('1')));
  expect(ids(state)).toEqual(['1', '2']);
  expect(state.chats.a?.loaded).toBe(true);
});

test('a message that arrived while an older picture was being loaded is kept', () => {
  const reload: Action = { type: 'messagesLoaded', customerId: 'a', messages: [message('1')], typing: false };
  expect(ids(after(arrived(message('2', { at: '2026-03-01T10:01:00.000Z' })), reload))).toEqual(['1', '2']);
});

test('ticks never step back', () => {
  const status = (value: Message['status']): Action => ({
    type: 'statusChanged',
    customerId: 'a',
    messageId: '1',
    status: value,
  });
  const state = after(arrived(message('1', { direction: 'out', status: 'sent' })), status('read'), status('delivered'));
  expect(state.chats.a?.messages[0]?.status).toBe('read');
  expect(reduce(state, arrived(message('1', { status: 'sent' }))).chats.a?.messages[0]?.status).toBe('read');
  expect(laterStatus('sent', 'failed')).toBe('failed');
  expect(laterStatus('delivered', 'failed')).toBe('delivered');
});

test('the bubble on its way gives place to the message, whether the event or the answer comes first', () => {
  const own = message('1', { direction: 'out', body: 'bonjour', status: 'sent' });
  const eventFirst = [arrived(own), accepted('local-1', own)];
  const answerFirst = [accepted('local-1', own), arrived(own)];
  for (const order of [eventFirst, answerFirst]) {
    const between = after(started(pending('local-1', 'bonjour')), ...order.slice(0, 1));
    const end = order.slice(1).reduce(reduce, between);
    for (const state of [between, end]) {
      expect(ids(state)).toEqual(['1']);
      expect(state.chats.a?.pending).toEqual([]);
    }
  }
});

test('the same word sent twice stays twice', () => {
  const own = (id: string) => message(id, { direction: 'out', body: 'ok', status: 'sent' });
  const state = after(
    started(pending('local-1', 'ok')),
    started(pending('local-2', 'ok')),
    arrived(own('1')),
    accepted('local-1', own('1')),
  );
  expect(ids(state)).toEqual(['1']);
  expect(state.chats.a?.pending.map((one) => one.localId)).toEqual(['local-2']);
});

test('a post that failed can be tried again, and does not fail a message that got through', () => {
  const failed: Action = { type: 'sendFailed', customerId: 'a', localId: 'local-1', reason: 'HTTP 503' };
  const state = after(started(pending('local-1', 'ok')), failed);
  expect(state.chats.a?.pending).toMatchObject([{ localId: 'local-1', failed: true, reason: 'HTTP 503' }]);
  const again = reduce(state, started({ ...pending('local-1', 'ok'), failed: true }));
  expect(again.chats.a?.pending).toMatchObject([{ localId: 'local-1', failed: false }]);
  const heard = reduce(again, arrived(message('1', { direction: 'out', body: 'ok', status: 'sent' })));
  expect(reduce(heard, failed).chats.a?.pending).toEqual([]);
});

test('a tapped button is answered at once, and given back when the tap did not get through', () => {
  const tap: Pending = {
    ...pending('local-1', 'Oui'),
    kind: 'button_reply',
    outgoing: { buttonId: 'yes', messageId: '1' },
  };
  const asked = arrived(message('1', { kind: 'quick_reply', buttons: [{ id: 'yes', title: 'Oui' }] }));
  const tapped = after(asked, started(tap));
  expect(tapped.chats.a?.messages[0]?.answeredId).toBe('yes');
  expect(reduce(tapped, asked).chats.a?.messages[0]?.answeredId).toBe('yes');
  const failed = reduce(tapped, { type: 'sendFailed', customerId: 'a', localId: 'local-1' });
  expect(failed.chats.a?.messages[0]?.answeredId).toBeNull();
});

test('only what arrives in a chat that is not open counts as unread, once', () => {
  const state = after({ type: 'chatOpened', customerId: 'a' }, arrived(message('1')), arrived(message('2'), 'b'));
  const twice = reduce(state, arrived(message('2'), 'b'));
  expect(twice.customers.map((one) => [one.id, one.unread, one.lastText])).toEqual([
    ['a', 0, 'body of 1'],
    ['b', 1, 'body of 2'],
  ]);
  expect(reduce(twice, { type: 'chatRead', customerId: 'b' }).customers[1]?.unread).toBe(0);
});

test('the dots go out when the answer arrives', () => {
  const state = after({ type: 'typingChanged', customerId: 'a', typing: true });
  expect(state.chats.a?.typing).toBe(true);
  expect(reduce(state, arrived(message('1'))).chats.a?.typing).toBe(false);
});

test('customers that are gone take their chats and their phone with them', () => {
  const state = after(arrived(message('1')), { type: 'chatOpened', customerId: 'a' });
  const next = reduce(state, { type: 'stateLoaded', shop: shop([customer('b')]), receivedAtMs: 0 });
  expect(next.panes).toEqual([]);
  expect(next.chats).toEqual({});
});

test('two phones never show the same customer', () => {
  const both = after({ type: 'chatOpened', customerId: 'a' }, { type: 'sideOpened', customerId: 'b' });
  expect(both.panes).toEqual(['a', 'b']);
  expect(reduce(both, { type: 'sideOpened', customerId: 'a' }).panes).toEqual(['a', 'b']);
  expect(reduce(both, { type: 'chatOpened', customerId: 'b' }).panes).toEqual(['b']);
  expect(reduce(both, { type: 'sideClosed' }).panes).toEqual(['a']);
});

test('a bare customer event keeps what is already known of him', () => {
  const state = after(arrived(message('1'), 'b'));
  const renamed = reduce(state, { type: 'customerChanged', customer: { id: 'b', name: 'Léa', phone: '+33639980001' } });
  expect(renamed.customers[1]).toMatchObject({ name: 'Léa', unread: 1, lastText: 'body of 1' });
  const added = reduce(state, { type: 'customerChanged', customer: { id: 'c', name: 'Awa', phone: '+33639980002' } });
  expect(added.customers[2]).toMatchObject({ id: 'c', unread: 0, lastAt: null });
});

test('the newest conversation comes first, after those that have not begun', () => {
  const sorted = sortCustomers([
    customer('old', { lastAt: '2026-03-01T09:00:00.000Z' }),
    customer('new', { lastAt: '2026-03-01T11:00:00.000Z' }),
    customer('silent'),
  ]);
  expect(sorted.map((one) => one.id)).toEqual(['silent', 'new', 'old']);
});

test('the shop clock is kept as a distance from our own', () => {
  const state = after({
    type: 'clockChanged',
    now: '1970-01-01T01:00:00.000Z',
    offsetMinutes: 60,
    receivedAtMs: 1_000,
  });
  expect(state.skewMs).toBe(3_599_000);
  expect(state.shop?.offsetMinutes).toBe(60);
});
