// @ts-check
// What the page knows, as plain data and pure steps: nothing here touches the DOM or the network, so that node can test it.

/**
 * @typedef {'queued'|'sent'|'delivered'|'read'|'failed'} Status
 * @typedef {{ id: string, name: string, phone: string, unread: number, lastText: string|null, lastAt: string|null,
 *   windowOpenUntil: string|null }} Customer
 * @typedef {{ latitude: number, longitude: number }} Position
 * @typedef {{ button: string, items: { id: string, title: string, description?: string }[] }} ListPicker
 * @typedef {{ id: string, direction: 'in'|'out', kind: string, body: string, at: string, status: Status, mediaUrl?: string,
 *   mediaType?: string, mediaLink?: string, buttons?: { id: string, title: string }[], list?: ListPicker,
 *   location?: Position, replyToTitle?: string, isTemplate?: boolean, answeredId?: string|null }} Message
 * @typedef {{ text: string } | { buttonId: string, messageId: string } | { listItemId: string, messageId: string }
 *   | { location: Position } | { file: File, caption: string }} Outgoing
 * @typedef {{ localId: string, kind: string, body: string, replyToTitle?: string, at: string, outgoing: Outgoing,
 *   failed: boolean, reason?: string }} Pending
 * @typedef {{ messages: Message[], pending: Pending[], typing: boolean, loaded: boolean }} Chat
 * @typedef {{ shopName: string, shopNumber: string, now: string, offsetMinutes: number, timeZone?: string, hints?: string[],
 *   staff?: { email: string, password: string|null }, modelDown?: boolean, customers: Customer[] }} ShopState
 * @typedef {{ shop: Omit<ShopState, 'customers'>|null, customers: Customer[], chats: Record<string, Chat>, panes: string[],
 *   skewMs: number, modelDown: boolean, connected: boolean, tab: 'list'|'chat'|'panel' }} State
 * @typedef {{ type: 'stateLoaded', shop: ShopState, receivedAtMs: number }
 *   | { type: 'messagesLoaded', customerId: string, messages: Message[], typing: boolean }
 *   | { type: 'messageArrived', customerId: string, message: Message }
 *   | { type: 'statusChanged', customerId: string, messageId: string, status: Status }
 *   | { type: 'typingChanged', customerId: string, typing: boolean }
 *   | { type: 'clockChanged', now: string, offsetMinutes: number, receivedAtMs: number }
 *   | { type: 'customerChanged', customer: Partial<Customer> & Pick<Customer, 'id' | 'name' | 'phone'> }
 *   | { type: 'sendStarted', customerId: string, pending: Pending }
 *   | { type: 'sendAccepted', customerId: string, localId: string, message: Message }
 *   | { type: 'sendFailed', customerId: string, localId: string, reason?: string }
 *   | { type: 'chatRead', customerId: string }
 *   | { type: 'chatOpened', customerId: string }
 *   | { type: 'sideOpened', customerId: string }
 *   | { type: 'sideClosed' }
 *   | { type: 'modelChanged', down: boolean }
 *   | { type: 'connectionChanged', connected: boolean }
 *   | { type: 'tabChanged', tab: State['tab'] }} Action
 */

/** @type {State} */
export const initialState = {
  shop: null,
  customers: [],
  chats: {},
  panes: [],
  skewMs: 0,
  modelDown: false,
  connected: false,
  tab: 'chat',
};

/** @type {Chat} */
export const emptyChat = { messages: [], pending: [], typing: false, loaded: false };

// A message that was delivered cannot become undelivered: late and reordered reports never step back.
const statusRank = { queued: 0, sent: 1, failed: 2, delivered: 3, read: 4 };

/** @param {Status} before @param {Status} after */
export function laterStatus(before, after) {
  return statusRank[after] > statusRank[before] ? after : before;
}

/** Newest conversation first; a customer who has not written yet stays on top, where one looks for him.
 * @param {Customer[]} customers */
export function sortCustomers(customers) {
  /** @param {Customer} customer */
  const rank = (customer) => (customer.lastAt ? Date.parse(customer.lastAt) : Number.POSITIVE_INFINITY);
  return customers.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
}

/** The bubble that stands in for a message on its way goes once the message itself is here, whichever of the answer and
 * the event comes first. @param {Pending[]} pending @param {Message} message */
function withoutTwin(pending, message) {
  if (message.direction !== 'out') return pending;
  const twin = pending.findIndex(
    (one) => one.kind === message.kind && (one.kind !== 'text' || one.body === message.body),
  );
  return twin === -1 ? pending : pending.toSpliced(twin, 1);
}

/** @param {Chat} chat @param {Message} message @returns {Chat} */
function withMessage(chat, message) {
  const index = chat.messages.findIndex((known) => known.id === message.id);
  const known = chat.messages[index];
  if (known) {
    const merged = {
      ...known,
      ...message,
      status: laterStatus(known.status, message.status),
      answeredId: message.answeredId ?? known.answeredId ?? null,
    };
    return { ...chat, messages: chat.messages.with(index, merged) };
  }
  const messages = [...chat.messages, message].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return { ...chat, messages, pending: withoutTwin(chat.pending, message) };
}

/** @param {State} state @param {string} customerId @param {(chat: Chat) => Chat} change @returns {State} */
function changeChat(state, customerId, change) {
  const before = state.chats[customerId] ?? emptyChat;
  const after = change(before);
  return after === before ? state : { ...state, chats: { ...state.chats, [customerId]: after } };
}

/** @param {State} state @param {string} customerId @param {(customer: Customer) => Customer} change @returns {State} */
function changeCustomer(state, customerId, change) {
  return { ...state, customers: state.customers.map((one) => (one.id === customerId ? change(one) : one)) };
}

/** @param {State} state @param {string} customerId @param {Message} message @returns {State} */
function messageArrived(state, customerId, message) {
  const isNew = !state.chats[customerId]?.messages.some((known) => known.id === message.id);
  const next = changeChat(state, customerId, (chat) => {
    const changed = withMessage(chat, message);
    return isNew && message.direction === 'in' ? { ...changed, typing: false } : changed;
  });
  if (!isNew) return next;
  const unseen = message.direction === 'in' && !state.panes.includes(customerId) ? 1 : 0;
  return changeCustomer(next, customerId, (customer) => ({
    ...customer,
    lastText: message.body,
    lastAt: message.at,
    unread: customer.unread + unseen,
  }));
}

/** @param {State} state @param {ShopState} loaded @param {number} receivedAtMs @returns {State} */
function stateLoaded(state, loaded, receivedAtMs) {
  const { customers, ...shop } = loaded;
  const ids = new Set(customers.map((customer) => customer.id));
  return {
    ...state,
    shop,
    customers,
    chats: Object.fromEntries(Object.entries(state.chats).filter(([id]) => ids.has(id))),
    panes: state.panes.filter((id) => ids.has(id)),
    skewMs: Date.parse(shop.now) - receivedAtMs,
    modelDown: shop.modelDown ?? state.modelDown,
  };
}

/** @param {State} state @param {string} customerId @param {string} messageId @param {Status} status */
function statusChanged(state, customerId, messageId, status) {
  return changeChat(state, customerId, (chat) => ({
    ...chat,
    messages: chat.messages.map((one) =>
      one.id === messageId ? { ...one, status: laterStatus(one.status, status) } : one,
    ),
  }));
}

/** @param {State} state @param {Partial<Customer> & Pick<Customer, 'id' | 'name' | 'phone'>} customer @returns {State} */
function customerChanged(state, customer) {
  if (state.customers.some((one) => one.id === customer.id)) {
    return changeCustomer(state, customer.id, (known) => ({ ...known, ...customer }));
  }
  const quiet = { unread: 0, lastText: null, lastAt: null, windowOpenUntil: null };
  return { ...state, customers: [...state.customers, { ...quiet, ...customer }] };
}

/** Tapping greys the buttons at once; a tap that did not get through gives them back.
 * @param {Message[]} messages @param {Outgoing} outgoing @param {boolean} sent */
function markAnswered(messages, outgoing, sent) {
  if (!('messageId' in outgoing)) return messages;
  const tappedId = 'buttonId' in outgoing ? outgoing.buttonId : outgoing.listItemId;
  const answeredId = sent ? tappedId : null;
  return messages.map((one) => (one.id === outgoing.messageId ? { ...one, answeredId } : one));
}

/** @param {Chat} chat @param {Pending} pending @returns {Chat} */
function sendStarted(chat, pending) {
  return {
    ...chat,
    messages: markAnswered(chat.messages, pending.outgoing, true),
    pending: [...chat.pending.filter((one) => one.localId !== pending.localId), { ...pending, failed: false }],
  };
}

/** @param {Chat} chat @param {string} localId @param {string|undefined} reason @returns {Chat} */
function sendFailed(chat, localId, reason) {
  const failed = chat.pending.find((one) => one.localId === localId);
  if (!failed) return chat;
  return {
    ...chat,
    messages: markAnswered(chat.messages, failed.outgoing, false),
    pending: chat.pending.map((one) => (one === failed ? { ...one, failed: true, reason } : one)),
  };
}

/** @param {State} state @param {Action} action @returns {State} */
export function reduce(state, action) {
  switch (action.type) {
    case 'stateLoaded':
      return stateLoaded(state, action.shop, action.receivedAtMs);
    case 'messagesLoaded':
      return changeChat(state, action.customerId, (chat) => ({
        ...action.messages.reduce(withMessage, chat),
        typing: action.typing,
        loaded: true,
      }));
    case 'messageArrived':
      return messageArrived(state, action.customerId, action.message);
    case 'statusChanged':
      return statusChanged(state, action.customerId, action.messageId, action.status);
    case 'typingChanged':
      return changeChat(state, action.customerId, (chat) => ({ ...chat, typing: action.typing }));
    case 'clockChanged': {
      const skewMs = Date.parse(action.now) - action.receivedAtMs;
      return { ...state, skewMs, shop: state.shop && { ...state.shop, offsetMinutes: action.offsetMinutes } };
    }
    case 'customerChanged':
      return customerChanged(state, action.customer);
    case 'sendStarted':
      return changeChat(state, action.customerId, (chat) => sendStarted(chat, action.pending));
    case 'sendAccepted':
      return changeChat(messageArrived(state, action.customerId, action.message), action.customerId, (chat) => ({
        ...chat,
        pending: chat.pending.filter((one) => one.localId !== action.localId),
      }));
    case 'sendFailed':
      return changeChat(state, action.customerId, (chat) => sendFailed(chat, action.localId, action.reason));
    case 'chatRead':
      return changeCustomer(state, action.customerId, (customer) => ({ ...customer, unread: 0 }));
    case 'chatOpened': {
      const side = state.panes[1];
      const panes = side && side !== action.customerId ? [action.customerId, side] : [action.customerId];
      return { ...state, panes, tab: 'chat' };
    }
    case 'sideOpened':
      return state.panes[0] === action.customerId
        ? state
        : { ...state, panes: [...state.panes.slice(0, 1), action.customerId] };
    case 'sideClosed':
      return { ...state, panes: state.panes.slice(0, 1) };
    case 'modelChanged':
      return { ...state, modelDown: action.down };
    case 'connectionChanged':
      return { ...state, connected: action.connected };
    case 'tabChanged':
      return { ...state, tab: action.tab };
  }
}
