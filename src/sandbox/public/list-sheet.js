// @ts-check
import { h, icon } from './element.js';
import { words } from './i18n.js';

/** @import { ListPicker } from './store.js' */

let sheetCount = 0;

/** @param {ListPicker['items'][number]} item @param {string} group @param {boolean} checked */
function row(item, group, checked) {
  return h(
    'label',
    { class: 'sheet-row', 'data-testid': 'list-item', 'data-item-id': item.id },
    h(
      'span',
      { class: 'sheet-text' },
      h('span', { class: 'sheet-title' }, item.title),
      item.description && h('span', { class: 'sheet-description' }, item.description),
    ),
    h('input', { type: 'radio', name: group, value: item.id, checked }),
  );
}

/**
 * The sheet that rises inside the phone. While it is open the rest of the phone is inert; Escape, the cross and the shade
 * close it, and the focus goes back to what opened it.
 * @param {HTMLElement} phone @param {ListPicker} list @param {string|null|undefined} answeredId @param {HTMLElement} opener
 * @param {(item: ListPicker['items'][number]) => void} send
 * @returns {() => void} closes it
 */
export function openListSheet(phone, list, answeredId, opener, send) {
  sheetCount += 1;
  const group = `list-${sheetCount}`;
  const titleId = `${group}-title`;
  const behind = [.../** @type {HTMLCollectionOf<HTMLElement>} */ (phone.children)].filter((one) => !one.inert);
  const close = () => {
    if (!shade.isConnected) return;
    shade.remove();
    for (const element of behind) element.inert = false;
    if (opener.isConnected) opener.focus({ preventScroll: true });
  };
  const sendButton = h(
    'button',
    { type: 'submit', class: 'sheet-send', 'data-testid': 'list-send', disabled: !answeredId },
    words.send,
  );
  const submit = (/** @type {any} */ event) => {
    event.preventDefault();
    const chosenId = new FormData(event.currentTarget).get(group);
    const chosen = list.items.find((item) => item.id === chosenId);
    if (!chosen) return;
    close();
    send(chosen);
  };
  const sheet = h(
    'form',
    { class: 'sheet', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': titleId, onsubmit: submit },
    h(
      'div',
      { class: 'sheet-head' },
      h('button', { type: 'button', class: 'round plain', 'aria-label': words.close, onclick: close }, icon('close')),
      h('h2', { id: titleId }, list.button),
    ),
    h(
      'div',
      { class: 'sheet-rows', role: 'radiogroup', 'aria-labelledby': titleId },
      ...list.items.map((item) => row(item, group, item.id === answeredId)),
    ),
    h('div', { class: 'sheet-foot' }, sendButton),
  );
  sheet.addEventListener('change', () => {
    sendButton.disabled = false;
  });
  const shade = h('div', { class: 'shade' }, sheet);
  shade.addEventListener('click', (/** @type {Event} */ event) => event.target === shade && close());
  shade.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && close());
  for (const element of behind) element.inert = true;
  phone.append(shade);
  (sheet.querySelector('input:checked') ?? sheet.querySelector('input'))?.focus();
  return close;
}
