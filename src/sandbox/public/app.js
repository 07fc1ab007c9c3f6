// @ts-check
import { createChatPane } from './chat-pane.js';
import { createClockPanel } from './clock-panel.js';
import { createCustomerList, suggestName } from './customer-list.js';
import { h, icon } from './element.js';
import { language, words } from './i18n.js';
import { createSession } from './session.js';

/** @import { State } from './store.js' */

const redrawMs = 5_000;
const sideBySide = matchMedia('(min-width: 1500px)');
const narrow = matchMedia('(max-width: 959px)');
const hasKeyboard = matchMedia('(hover: hover) and (pointer: fine)');

/** The chat that was last typed in: where a suggestion goes when two are open. */
let activeId = '';
let drawing = false;

/** Several changes in one go are drawn once. */
function redraw() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    render();
  });
}

const session = createSession({
  changed: redraw,
  canBeSeen: () => document.visibilityState === 'visible' && (!narrow.matches || session.state().tab === 'chat'),
  firstName: () => suggestName([]),
});
const { nowMs } = session;

/** @param {State['tab']} tab */
function showTab(tab) {
  session.dispatch({ type: 'tabChanged', tab });
  if (tab === 'chat') session.markOpenRead();
}

/** @param {string} customerId */
function open(customerId) {
  activeId = customerId;
  session.openChat(customerId);
  if (hasKeyboard.matches) setTimeout(() => panes[0].focusComposer());
}

/** @param {string} text */
function suggest(text) {
  const { panes: ids } = session.state();
  const customerId = ids.includes(activeId) ? activeId : ids[0];
  if (!customerId) return;
  showTab('chat');
  session.send(customerId, { text }, { kind: 'text', body: text });
}

const enlarged = h('img', {});
const lightbox = h('dialog', { class: 'lightbox', 'aria-label': words.image, onclick: () => lightbox.close() });
lightbox.append(
  h('button', { type: 'button', class: 'round plain', 'aria-label': words.close }, icon('close')),
  enlarged,
);

const paneActions = {
  send: session.send,
  retry: session.retry,
  nowMs,
  enlarge: (/** @type {string} */ url, /** @type {string} */ caption) => {
    enlarged.src = url;
    enlarged.alt = caption || words.image;
    lightbox.showModal();
  },
  showList: () => showTab('list'),
  closeSide: () => session.dispatch({ type: 'sideClosed' }),
  focused: (/** @type {string} */ customerId) => {
    activeId = customerId;
  },
};
/** @type {[ReturnType<typeof createChatPane>, ReturnType<typeof createChatPane>]} */
const panes = [createChatPane(false, paneActions), createChatPane(true, paneActions)];
const list = createCustomerList({
  open,
  openSide: session.openSide,
  create: async (name) => open((await session.createCustomer(name)).id),
  nowMs,
});
const panel = createClockPanel({ advance: session.advance, setModelDown: session.setModelDown, suggest, nowMs });

/** @type {[State['tab'], string, Parameters<typeof icon>[0]][]} */
const tabNames = [
  ['list', words.customers, 'people'],
  ['chat', words.conversation, 'chat'],
  ['panel', words.panel, 'clock'],
];
const tabs = tabNames.map(([tab, label, drawn]) => {
  const dot = h('span', { class: 'tab-dot', hidden: true });
  const symbol = h('span', { class: 'tab-icon' }, icon(drawn), dot);
  const node = h('button', { type: 'button', 'data-testid': `tab-${tab}`, onclick: () => showTab(tab) }, symbol, label);
  return { tab, dot, node };
});

function render() {
  const state = session.state();
  document.body.dataset.tab = state.tab;
  panes[0].render(state, state.panes[0]);
  panes[1].render(state, sideBySide.matches ? state.panes[1] : undefined);
  list.render(state);
  panel.render(state);
  const unread = state.customers.reduce((sum, one) => sum + one.unread, 0);
  document.title = unread ? `(${unread}) ${words.title}` : words.title;
  for (const { tab, node, dot } of tabs) {
    node.setAttribute('aria-pressed', String(tab === state.tab));
    dot.hidden = tab !== 'list' || unread === 0;
  }
}

document.documentElement.lang = language;
document.querySelector('.boot')?.remove();
const stage = h('main', { class: 'stage' }, panes[0].node, panes[1].node);
document.body.append(
  list.node,
  stage,
  panel.node,
  h('div', { class: 'tabs', role: 'group' }, ...tabs.map((one) => one.node)),
  lightbox,
);
sideBySide.addEventListener('change', paneActions.closeSide);
document.addEventListener('visibilitychange', session.markOpenRead);
setInterval(redraw, redrawMs);
render();
session.start();
