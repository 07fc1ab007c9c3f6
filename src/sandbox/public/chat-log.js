// @ts-check
import { createBubble, createPendingBubble } from './bubble.js';
import { h, icon } from './element.js';
import { timeFormats, words } from './i18n.js';

/** @import { Bubble, BubbleContext } from './bubble.js' */
/** @import { Chat } from './store.js' */

const nearBottomPx = 64;
const dayMs = 86_400_000;

/** @param {number} atMs @param {number} nowMs @param {ReturnType<typeof timeFormats>} formats */
export function dayLabel(atMs, nowMs, formats) {
  const day = formats.dayKey(atMs);
  if (day === formats.dayKey(nowMs)) return words.today;
  if (day === formats.dayKey(nowMs - dayMs)) return words.yesterday;
  const recent = atMs > nowMs - 6 * dayMs && atMs < nowMs;
  return recent ? formats.weekday.format(atMs) : formats.longDate.format(atMs);
}

/** @returns {Bubble} */
function createDay() {
  const label = h('span', {});
  return {
    node: h('div', { class: 'day' }, label),
    update: (/** @type {string} */ text) => {
      if (label.textContent !== text) label.textContent = text;
    },
  };
}

/** The rows to show, in order, each under a key that stays the same while it exists.
 * @param {Chat} chat @param {number} nowMs @param {ReturnType<typeof timeFormats>} formats @param {BubbleContext} context */
function rowsOf(chat, nowMs, formats, context) {
  /** @type {{ key: string, value: any, create: () => Bubble, direction?: string }[]} */
  const rows = [];
  let lastDay = '';
  const day = (/** @type {string} */ at) => {
    const atMs = Date.parse(at);
    const key = formats.dayKey(atMs);
    if (key === lastDay) return;
    lastDay = key;
    rows.push({ key: `day-${key}`, value: dayLabel(atMs, nowMs, formats), create: createDay });
  };
  for (const message of chat.messages) {
    day(message.at);
    rows.push({
      key: message.id,
      value: message,
      create: () => createBubble(message, context),
      direction: message.direction,
    });
  }
  for (const pending of chat.pending) {
    day(pending.at);
    rows.push({
      key: pending.localId,
      value: pending,
      create: () => createPendingBubble(pending, context),
      direction: 'out',
    });
  }
  return rows;
}

/** The scrolling log of one conversation. It stays at the bottom unless the reader scrolled up. @param {BubbleContext} context */
export function createChatLog(context) {
  /** @type {Map<string, Bubble>} */
  let shown = new Map();
  let stuck = true;
  const notice = h('p', { class: 'notice' }, words.demo);
  const rowsNode = h('div', { class: 'rows' });
  const dots = h('div', {
    class: 'message in tail typing',
    'aria-hidden': 'true',
    'data-testid': 'typing',
    hidden: true,
  });
  dots.append(h('div', { class: 'balloon dots' }, h('i'), h('i'), h('i')));
  const items = h('div', { class: 'log-items' }, notice, rowsNode, dots);
  const scroller = h(
    'div',
    { class: 'log', role: 'log', 'aria-live': 'polite', tabindex: '0', 'aria-label': words.conversation },
    items,
  );
  const down = h(
    'button',
    { type: 'button', class: 'to-bottom', 'aria-label': words.toBottom, hidden: true, onclick: () => toBottom() },
    icon('down'),
  );
  const node = h('div', { class: 'log-frame' }, scroller, down);

  const toBottom = () => {
    stuck = true;
    down.hidden = true;
    scroller.scrollTop = scroller.scrollHeight;
  };
  let sizes = '';
  scroller.addEventListener('scroll', () => {
    const { scrollHeight, scrollTop, clientHeight } = scroller;
    const before = sizes;
    sizes = `${scrollHeight} ${clientHeight}`;
    // A window that changes its size scrolls too: only the reader's own scrolling lets go of the bottom.
    if (stuck && sizes !== before) return toBottom();
    stuck = scrollHeight - scrollTop - clientHeight < nearBottomPx;
    down.hidden = stuck;
  });
  // Pictures that load, a keyboard that opens, a composer that grows: all of them move the bottom away.
  const resized = new ResizeObserver(() => stuck && toBottom());
  resized.observe(items);
  resized.observe(scroller);

  /** @param {Chat} chat @param {number} nowMs @param {string} [timeZone] */
  const render = (chat, nowMs, timeZone) => {
    const next = new Map();
    let place = rowsNode.firstChild;
    let direction;
    for (const row of rowsOf(chat, nowMs, timeFormats(timeZone), context)) {
      const bubble = shown.get(row.key) ?? row.create();
      bubble.update(row.value);
      bubble.node.classList.toggle('tail', row.direction !== undefined && row.direction !== direction);
      direction = row.direction;
      if (bubble.node === place) place = place.nextSibling;
      else rowsNode.insertBefore(bubble.node, place);
      next.set(row.key, bubble);
    }
    for (const [key, bubble] of shown) if (!next.has(key)) bubble.node.remove();
    shown = next;
    dots.hidden = !chat.typing;
    if (stuck) toBottom();
  };
  const clear = () => {
    shown = new Map();
    rowsNode.replaceChildren();
    stuck = true;
  };
  return { node, render, clear, toBottom };
}
