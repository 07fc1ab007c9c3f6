// @ts-check
import { drawing, h, icon } from './element.js';
import { formatNodes, plainText } from './format.js';
import { words } from './i18n.js';

/** @import { Message, Pending } from './store.js' */
/**
 * @typedef {{ shopName: string, time: (at: string) => string, quickReply: (message: Message, button: { id: string, title: string }) => void,
 *   openList: (message: Message, opener: HTMLElement) => void, enlarge: (url: string, caption: string) => void,
 *   retry: (pending: Pending) => void }} BubbleContext
 * @typedef {{ node: HTMLElement, update: (message: any) => void }} Bubble
 */

const oneTick = 'M1.5 6.2 4.7 9.4 11 2';
const twoTicks = 'M1.5 6.2 4.7 9.4 11 2M7.2 8.6 8 9.4 14.3 2';

/** @param {string} status @returns {HTMLElement} */
function ticks(status) {
  const named = /** @type {Record<string, string>} */ (/** @type {unknown} */ (words));
  const drawn =
    status === 'failed'
      ? icon('alert', 'tick')
      : status === 'sending' || status === 'queued'
        ? icon('clock', 'tick')
        : drawing('0 0 16 11', status === 'sent' ? oneTick : twoTicks, 'tick line');
  return h('span', { class: `ticks ${status}`, role: 'img', 'aria-label': named[status] }, drawn);
}

/** The shop's pages may carry the name localhost while this one was opened as 127.0.0.1, which the content policy would
 * refuse: what comes from our own port is loaded from our own address. @param {string} url */
function ownAddress(url) {
  const parsed = new URL(url, location.href);
  const loopback = ['localhost', '127.0.0.1', '[::1]'];
  const same =
    parsed.port === location.port && loopback.includes(parsed.hostname) && loopback.includes(location.hostname);
  return same ? `${parsed.pathname}${parsed.search}` : parsed.href;
}

/** @param {string|undefined} url */
const isWebAddress = (url) =>
  Boolean(url && URL.canParse(url, location.href) && /^https?:$/.test(new URL(url, location.href).protocol));

/** @param {Message} message @param {BubbleContext} context */
function media(message, context) {
  if (!message.mediaUrl || !isWebAddress(message.mediaUrl)) return null;
  const url = ownAddress(message.mediaUrl);
  if (message.mediaType?.startsWith('audio/'))
    return h('audio', { class: 'voice', controls: true, preload: 'metadata', src: url, 'aria-label': words.voice });
  if (message.mediaType && !message.mediaType.startsWith('image/'))
    return h('a', { class: 'document', href: url, target: '_blank', rel: 'noopener noreferrer' }, words.document);
  return h(
    'button',
    {
      type: 'button',
      class: 'picture',
      'aria-label': words.enlarge,
      onclick: () => context.enlarge(url, message.body),
    },
    h('img', { src: url, alt: message.body || words.image }),
  );
}

/** @param {Message} message */
function place({ location: where }) {
  if (!where) return null;
  return h('div', { class: 'place' }, `${words.place} ${where.latitude}, ${where.longitude}`);
}

/** @param {Message} message */
function scanLink(message) {
  if (!isWebAddress(message.mediaLink)) return null;
  const props = {
    class: 'scan',
    href: message.mediaLink,
    target: '_blank',
    rel: 'noopener noreferrer',
    'data-testid': 'scan',
  };
  return h('a', props, icon('scan'), words.scan);
}

/** @param {Message} message @param {BubbleContext} context */
function listButton(message, context) {
  if (!message.list) return null;
  const open = (/** @type {any} */ event) => context.openList(message, event.currentTarget);
  const props = {
    type: 'button',
    class: 'list-open',
    'data-testid': 'list-open',
    'aria-haspopup': 'dialog',
    onclick: open,
  };
  return h('button', props, icon('list'), message.list.button);
}

/** @param {Message} message @param {BubbleContext} context */
function quickReplies(message, context) {
  if (!message.buttons?.length) return null;
  const buttons = message.buttons.map((button) =>
    h(
      'button',
      {
        type: 'button',
        class: 'quick-reply',
        'data-testid': 'quick-reply',
        'data-button-id': button.id,
        onclick: () => context.quickReply(message, button),
      },
      icon('reply'),
      h('span', {}, button.title),
    ),
  );
  return h('div', { class: 'quick-replies', role: 'group' }, ...buttons);
}

/** @param {HTMLElement} node @param {string|null|undefined} answeredId */
function greyOut(node, answeredId) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (node.querySelectorAll('.quick-reply'))) {
    const chosen = Boolean(answeredId) && button.dataset.buttonId === answeredId;
    button.disabled = Boolean(answeredId);
    button.classList.toggle('chosen', chosen);
    button.firstElementChild?.replaceWith(icon(chosen ? 'check' : 'reply'));
  }
}

/** @param {{ direction: string, kind: string, body: string, at: string, status: string, replyToTitle?: string, isTemplate?: boolean }} message
 * @param {BubbleContext} context @param {(Node|null)[]} before @param {(Node|null)[]} after */
function balloon(message, context, before, after) {
  const own = message.direction === 'out';
  const meta = h(
    'span',
    { class: 'meta' },
    h('time', { datetime: message.at }, context.time(message.at)),
    own && ticks(message.status),
  );
  const text =
    message.body &&
    h('div', { class: 'text' }, ...formatNodes(message.body), h('span', { class: own ? 'room own' : 'room' }));
  return h(
    'div',
    { class: 'balloon' },
    h('span', { class: 'sr-only' }, `${own ? words.you : context.shopName} : `),
    message.isTemplate && h('div', { class: 'template' }, words.template),
    message.replyToTitle &&
      h(
        'div',
        { class: 'quoted' },
        h('strong', {}, own ? context.shopName : words.you),
        h('span', {}, plainText(message.replyToTitle)),
      ),
    ...before,
    text,
    meta,
    ...after,
  );
}

/** @param {HTMLElement} node @param {string} status */
function showStatus(node, status) {
  if (node.dataset.status === status) return;
  node.dataset.status = status;
  node.querySelector('.ticks')?.replaceWith(ticks(status));
}

/** One message of the log. `update` changes its ticks and its buttons in place, so that focus and scroll stay where they are.
 * @param {Message} message @param {BubbleContext} context @returns {Bubble} */
export function createBubble(message, context) {
  const picture = media(message, context);
  const node = h(
    'div',
    {
      class: `message ${message.direction}${picture?.tagName === 'BUTTON' ? ' with-media' : ''}`,
      'data-testid': 'message',
      'data-direction': message.direction,
      'data-kind': message.kind,
      'data-status': message.status,
      'data-id': message.id,
    },
    balloon(message, context, [picture, place(message)], [scanLink(message), listButton(message, context)]),
    quickReplies(message, context),
  );
  greyOut(node, message.answeredId);
  return {
    node,
    update: (/** @type {Message} */ next) => {
      showStatus(node, next.status);
      greyOut(node, next.answeredId);
    },
  };
}

/** A message of one's own that the shop's number has not accepted yet: a clock, or a way to try again.
 * @param {Pending} pending @param {BubbleContext} context @returns {Bubble} */
export function createPendingBubble(pending, context) {
  const status = (/** @type {Pending} */ one) => (one.failed ? 'failed' : 'sending');
  const again = h('button', {
    type: 'button',
    class: 'retry',
    'data-testid': 'retry',
    onclick: () => context.retry(pending),
  });
  again.append(icon('retry'), words.retry);
  const node = h(
    'div',
    {
      class: 'message out',
      'data-testid': 'message',
      'data-direction': 'out',
      'data-kind': pending.kind,
      'data-status': status(pending),
    },
    balloon({ ...pending, direction: 'out', status: status(pending) }, context, [], []),
    again,
  );
  const update = (/** @type {Pending} */ next) => {
    showStatus(node, status(next));
    again.hidden = !next.failed;
    again.title = next.reason ?? '';
  };
  update(pending);
  return { node, update };
}
