// @ts-check
import { api, listen } from './api.js';
import { initialState, reduce, sortCustomers } from './store.js';

/** @import { Action, Outgoing, Pending } from './store.js' */

const typingLimitMs = 30_000;
const refreshDelayMs = 400;
const retryDelayMs = 2_000;

/** What is known, and everything that changes it: sending, reading, loading, listening. `changed` runs after each change;
 * `canBeSeen` tells whether the open chats are before the reader's eyes; `firstName` names the very first customer.
 * @param {{ changed: () => void, canBeSeen: () => boolean, firstName: () => string }} page */
export function createSession(page) {
  let state = initialState;
  const nowMs = () => Date.now() + state.skewMs;

  /** @param {Action} action */
  const dispatch = (action) => {
    state = reduce(state, action);
    page.changed();
  };

  /** What a customer types arrives in the order it was typed: one post at a time each. @type {Map<string, Promise<void>>} */
  const queues = new Map();

  /** @param {string} customerId @param {Pending} pending */
  const post = (customerId, pending) => {
    dispatch({ type: 'sendStarted', customerId, pending });
    const turn = (queues.get(customerId) ?? Promise.resolve()).then(async () => {
      try {
        const message = await api.send(customerId, pending.outgoing);
        dispatch({ type: 'sendAccepted', customerId, localId: pending.localId, message });
      } catch (error) {
        dispatch({
          type: 'sendFailed',
          customerId,
          localId: pending.localId,
          reason: error instanceof Error ? error.message : String(error),
        });
      }
    });
    queues.set(customerId, turn);
  };

  /** @param {string} customerId @param {Outgoing} outgoing @param {{ kind: string, body: string }} shown */
  const send = (customerId, outgoing, shown) => {
    const localId = `local-${Math.random().toString(36).slice(2)}`;
    post(customerId, { ...shown, localId, outgoing, at: new Date(nowMs()).toISOString(), failed: false });
  };

  /** @param {string} customerId */
  const markRead = async (customerId) => {
    if (!state.panes.includes(customerId) || !page.canBeSeen()) return;
    dispatch({ type: 'chatRead', customerId });
    // Only ticks and a badge: should it fail, the server's own count is shown again and the next look repeats it.
    await api.markRead(customerId).catch(refreshSoon);
  };

  /** @param {string} customerId */
  const loadChat = async (customerId) => {
    const { messages, typing } = await api.loadMessages(customerId);
    dispatch({ type: 'messagesLoaded', customerId, messages, typing });
    await markRead(customerId);
  };

  const loadState = async () => {
    dispatch({ type: 'stateLoaded', shop: await api.loadState(), receivedAtMs: Date.now() });
  };

  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let retryTimer;
  const retryLater = () => {
    dispatch({ type: 'connectionChanged', connected: false });
    clearTimeout(retryTimer);
    retryTimer = setTimeout(reloadInTurn, retryDelayMs);
  };

  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let refreshTimer;
  /** Badges and the 24-hour window are the server's to count: asked again shortly after anything moved. */
  const refreshSoon = () => {
    clearTimeout(refreshTimer);
    refreshTimer = setTimeout(() => loadState().catch(retryLater), refreshDelayMs);
  };

  /** @param {string} name */
  const createCustomer = async (name) => {
    const customer = await api.createCustomer(name);
    dispatch({ type: 'customerChanged', customer });
    return customer;
  };

  /** @param {string} customerId */
  const openChat = (customerId) => {
    dispatch({ type: 'chatOpened', customerId });
    history.replaceState(null, '', `#${encodeURIComponent(customerId)}`);
    loadChat(customerId).catch(retryLater);
  };

  /** @param {string} customerId */
  const openSide = (customerId) => {
    dispatch({ type: 'sideOpened', customerId });
    loadChat(customerId).catch(retryLater);
  };

  /** Everything again, after every connection: nothing is missed, and messages known by their id are not doubled. */
  const reload = async () => {
    await loadState();
    if (state.customers.length === 0) await createCustomer(page.firstName());
    const wanted = location.hash.slice(1);
    const first =
      state.customers.find((one) => encodeURIComponent(one.id) === wanted) ?? sortCustomers(state.customers)[0];
    if (!state.panes[0] && first) dispatch({ type: 'chatOpened', customerId: first.id });
    await Promise.all(state.panes.map(loadChat));
    dispatch({ type: 'connectionChanged', connected: true });
  };

  let reloading = Promise.resolve();
  const reloadInTurn = () => {
    reloading = reloading.then(reload).catch(retryLater);
  };

  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  const typingTimers = new Map();
  /** As on a phone, dots whose end was never told go out by themselves. @param {string} customerId @param {boolean} typing */
  const showTyping = (customerId, typing) => {
    clearTimeout(typingTimers.get(customerId));
    const stop = () => dispatch({ type: 'typingChanged', customerId, typing: false });
    if (typing) typingTimers.set(customerId, setTimeout(stop, typingLimitMs));
    dispatch({ type: 'typingChanged', customerId, typing });
  };

  const start = () => {
    reloadInTurn();
    listen({
      opened: reloadInTurn,
      lost: () => dispatch({ type: 'connectionChanged', connected: false }),
      message: ({ customerId, message }) => {
        dispatch({ type: 'messageArrived', customerId, message });
        if (message.direction === 'in') void markRead(customerId);
        refreshSoon();
      },
      status: ({ customerId, messageId, status }) => dispatch({ type: 'statusChanged', customerId, messageId, status }),
      typing: ({ customerId, typing }) => showTyping(customerId, typing),
      clock: (clock) => dispatch({ type: 'clockChanged', ...clock, receivedAtMs: Date.now() }),
      customer: (customer) => dispatch({ type: 'customerChanged', customer }),
    });
  };

  const advance = async (/** @type {number} */ minutes) => {
    dispatch({ type: 'clockChanged', ...(await api.advanceClock(minutes)), receivedAtMs: Date.now() });
    refreshSoon();
  };
  const setModelDown = async (/** @type {boolean} */ down) => {
    dispatch({ type: 'modelChanged', down: (await api.setModelDown(down)).down });
  };
  const markOpenRead = () => {
    for (const customerId of state.panes) void markRead(customerId);
  };

  return {
    state: () => state,
    nowMs,
    dispatch,
    start,
    send,
    retry: post,
    openChat,
    openSide,
    createCustomer,
    advance,
    setModelDown,
    markOpenRead,
  };
}
