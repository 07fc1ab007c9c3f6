// @ts-check

import { createAttachments } from './attachments.js';
import { createChatLog } from './chat-log.js';
import { avatar, h, icon } from './element.js';
import { fill, timeFormats, words } from './i18n.js';
import { openListSheet } from './list-sheet.js';
import { emptyChat } from './store.js';

/** @import { Message, Outgoing, Pending, State } from './store.js' */
/**
 * @typedef {{ send: (customerId: string, outgoing: Outgoing, shown: { kind: string, body: string, replyToTitle?: string }) => void,
 *   retry: (customerId: string, pending: Pending) => void, enlarge: (url: string, caption: string) => void,
 *   showList: () => void, closeSide: () => void, focused: (customerId: string) => void, nowMs: () => number }} PaneActions
 */

/** What WhatsApp lets one write in one message. */
const longestMessage = 4096;

/** @param {(text: string) => void} submit @param {HTMLElement} attachments */
function createComposer(submit, attachments) {
  const field = h('textarea', {
    rows: '1',
    placeholder: words.composer,
    'aria-label': words.composer,
    'data-testid': 'composer',
    enterkeyhint: 'send',
    autocomplete: 'off',
  });
  const grow = () => {
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  };
  const takeText = () => {
    const text = field.value.trim();
    field.value = '';
    grow();
    return text;
  };
  const form = h(
    'form',
    { class: 'composer' },
    attachments,
    h('div', { class: 'field' }, field),
    h('button', { type: 'submit', class: 'round send', 'data-testid': 'send', 'aria-label': words.send }, icon('send')),
  );
  form.addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!field.value.trim()) return;
    submit(takeText());
    field.focus();
  });
  field.addEventListener('input', () => {
    grow();
    const length = field.value.trim().length;
    field.setCustomValidity(length > longestMessage ? fill(words.tooLong, { n: length, most: longestMessage }) : '');
  });
  field.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  return { node: form, field, takeText };
}

/** The time and the small signs at the top of a phone. */
function createStatusBar() {
  const time = h('span', {});
  return {
    node: h(
      'div',
      { class: 'status-bar', 'aria-hidden': 'true' },
      time,
      h('span', { class: 'signal' }),
      h('span', { class: 'battery' }),
    ),
    time,
  };
}

/** @param {boolean} isSide @param {PaneActions} actions */
function createHeader(isSide, actions) {
  const picture = h('span', { class: 'shop-avatar', 'aria-hidden': 'true' }, icon('shop'));
  const name = h('h1', {});
  const presence = h('span', { class: 'presence', 'data-testid': 'presence' });
  const as = h('span', { class: 'as' });
  const back = h(
    'button',
    { type: 'button', class: 'round plain back', 'aria-label': words.back, onclick: actions.showList },
    icon('back'),
  );
  const close = h(
    'button',
    { type: 'button', class: 'round plain', 'aria-label': words.closeBeside, onclick: actions.closeSide },
    icon('close'),
  );
  const node = h(
    'header',
    { class: 'phone-head' },
    !isSide && back,
    picture,
    h('div', { class: 'who' }, name, presence),
    as,
    isSide && close,
  );
  /** @param {State} state @param {string} customerId */
  const render = (state, customerId) => {
    const customer = state.customers.find((one) => one.id === customerId);
    name.textContent = state.shop?.shopName ?? '';
    const typing = state.chats[customerId]?.typing;
    presence.textContent = state.connected ? (typing ? words.typing : words.online) : words.connecting;
    if (as.dataset.for === customer?.name) return;
    as.dataset.for = customer?.name ?? '';
    as.title = customer ? `${customer.name} ${customer.phone}` : '';
    as.replaceChildren(
      ...(customer ? [h('span', { class: 'as-name' }, customer.name), avatar(customer.name, customer.id)] : []),
    );
  };
  return { node, render };
}

/** One phone. @param {boolean} isSide whether it is the second one @param {PaneActions} actions */
export function createChatPane(isSide, actions) {
  /** @type {State|null} */
  let state = null;
  let customerId = '';
  /** @type {Map<string, string>} */
  const drafts = new Map();
  let closeSheet = () => {};

  const send = (
    /** @type {Outgoing} */ outgoing,
    /** @type {{ kind: string, body: string, replyToTitle?: string }} */ shown,
  ) => {
    actions.send(customerId, outgoing, shown);
    log.toBottom();
  };
  const log = createChatLog({
    get shopName() {
      return state?.shop?.shopName ?? '';
    },
    time: (at) => timeFormats(state?.shop?.timeZone).time.format(Date.parse(at)),
    quickReply: (message, button) => {
      send({ buttonId: button.id, messageId: message.id }, { kind: 'button_reply', body: button.title });
    },
    openList: (message, opener) => {
      if (!message.list) return;
      const known = state?.chats[customerId]?.messages.find((/** @type {Message} */ one) => one.id === message.id);
      closeSheet = openListSheet(node, message.list, known?.answeredId, opener, (item) =>
        send({ listItemId: item.id, messageId: message.id }, { kind: 'list_reply', body: item.title }),
      );
    },
    enlarge: actions.enlarge,
    retry: (pending) => actions.retry(customerId, pending),
  });
  const statusBar = createStatusBar();
  const header = createHeader(isSide, actions);
  const attachments = createAttachments({
    file: (file) => {
      // What stands in the field goes with it, as on a phone.
      const caption = file.type.startsWith('audio/') ? '' : composer.takeText();
      send(
        { file, caption },
        { kind: 'media', body: caption || (file.type.startsWith('audio/') ? words.voice : words.photo) },
      );
    },
    place: (location) => send({ location }, { kind: 'location', body: words.place }),
  });
  const composer = createComposer((text) => send({ text }, { kind: 'text', body: text }), attachments);
  const hints = h('div', { class: 'hints', hidden: true });
  for (const text of words.hints)
    hints.append(
      h(
        'button',
        {
          type: 'button',
          class: 'chip',
          'data-testid': 'hint',
          onclick: () => send({ text }, { kind: 'text', body: text }),
        },
        text,
      ),
    );
  const node = h('section', {
    class: 'phone',
    'data-testid': isSide ? 'phone-side' : 'phone',
    'aria-label': words.conversation,
    hidden: true,
  });
  node.append(statusBar.node, header.node, log.node, hints, composer.node);
  node.addEventListener('focusin', () => actions.focused(customerId));

  const switchTo = (/** @type {string} */ nextId) => {
    drafts.set(customerId, composer.field.value);
    customerId = nextId;
    closeSheet();
    log.clear();
    composer.field.value = drafts.get(nextId) ?? '';
    composer.field.dispatchEvent(new Event('input'));
    node.dataset.customer = nextId;
  };

  /** @param {State} next @param {string|undefined} nextId */
  const render = (next, nextId) => {
    state = next;
    node.hidden = !nextId;
    if (!nextId) return;
    if (nextId !== customerId) switchTo(nextId);
    const chat = state.chats[customerId] ?? emptyChat;
    statusBar.time.textContent = timeFormats(state.shop?.timeZone).time.format(actions.nowMs());
    header.render(state, customerId);
    log.render(chat, actions.nowMs(), state.shop?.timeZone);
    hints.hidden = !chat.loaded || chat.pending.length > 0 || chat.messages.some((one) => one.direction === 'out');
  };
  return { node, render, focusComposer: () => composer.field.focus({ preventScroll: true }) };
}
