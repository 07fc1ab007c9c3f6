// @ts-check
import { avatar, h, icon } from './element.js';
import { plainText } from './format.js';
import { fill, timeFormats, words } from './i18n.js';
import { sortCustomers } from './store.js';

/** @import { Customer, State } from './store.js' */
const dayMs = 86_400_000;

/** @typedef {{ open: (customerId: string) => void, openSide: (customerId: string) => void, create: (name: string) => Promise<void>,
 *   nowMs: () => number }} ListActions */

/** @param {number} atMs @param {number} nowMs @param {ReturnType<typeof timeFormats>} formats */
function shortDay(atMs, nowMs, formats) {
  const day = formats.dayKey(atMs);
  if (day === formats.dayKey(nowMs)) return formats.time.format(atMs);
  return day === formats.dayKey(nowMs - dayMs) ? words.yesterday : formats.shortDate.format(atMs);
}

/** @param {Customer} customer @param {State} state @param {ListActions} actions */
function row(customer, state, actions) {
  const formats = timeFormats(state.shop?.timeZone);
  const position = state.panes.indexOf(customer.id);
  const lastAtMs = customer.lastAt ? Date.parse(customer.lastAt) : Number.NaN;
  const when = customer.lastAt ? shortDay(lastAtMs, actions.nowMs(), formats) : '';
  const preview = customer.lastAt ? plainText(customer.lastText ?? '') || words.photo : words.noMessage;
  const typing = state.chats[customer.id]?.typing;
  const main = h(
    'button',
    {
      type: 'button',
      class: 'row-main',
      'data-testid': 'customer',
      'aria-current': position === 0 ? 'true' : null,
      onclick: () => actions.open(customer.id),
    },
    avatar(customer.name, customer.id),
    h('span', { class: 'row-name' }, customer.name),
    h('span', { class: customer.unread > 0 ? 'row-time fresh' : 'row-time' }, when),
    h('span', { class: typing ? 'row-text typing-now' : 'row-text' }, typing ? words.typing : preview),
    customer.unread > 0 &&
      h(
        'span',
        { class: 'badge', 'data-testid': 'unread', 'aria-label': fill(words.unread, { n: customer.unread }) },
        String(customer.unread),
      ),
  );
  const beside = h('button', {
    type: 'button',
    class: 'beside',
    'data-testid': 'beside',
    title: words.beside,
    onclick: () => actions.openSide(customer.id),
  });
  beside.append(icon('columns'), h('span', {}, words.beside));
  return h(
    'li',
    { class: position === -1 ? 'row' : 'row open', 'data-customer': customer.id },
    main,
    position === -1 && beside,
  );
}

/** @param {ListActions} actions */
function createNameDialog(actions) {
  const field = h('input', {
    name: 'name',
    required: true,
    maxlength: '60',
    autocomplete: 'off',
    'data-testid': 'new-customer-name',
  });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const cancel = h('button', { type: 'button', class: 'button plain', onclick: () => dialog.close() }, words.cancel);
  const create = h('button', { type: 'submit', class: 'button', 'data-testid': 'new-customer-create' }, words.create);
  const form = h(
    'form',
    { method: 'dialog' },
    h('h2', {}, words.newCustomerTitle),
    h('label', {}, words.name, field),
    problem,
    h('div', { class: 'dialog-foot' }, cancel, create),
  );
  const dialog = h('dialog', { class: 'name-dialog', 'aria-label': words.newCustomerTitle }, form);
  form.addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!field.value.trim()) return;
    create.disabled = true;
    try {
      await actions.create(field.value.trim());
      dialog.close();
    } catch (error) {
      problem.textContent = fill(words.actionFailed, {
        reason: error instanceof Error ? error.message : String(error),
      });
    } finally {
      create.disabled = false;
    }
  });
  /** @param {string} suggestion */
  const ask = (suggestion) => {
    problem.textContent = '';
    field.value = suggestion;
    dialog.showModal();
    field.select();
  };
  return { dialog, ask };
}

/** A first name nobody has yet. @param {Customer[]} customers */
export function suggestName(customers) {
  const taken = new Set(customers.map((customer) => customer.name));
  return words.names.find((name) => !taken.has(name)) ?? `${words.names[0]} ${customers.length + 1}`;
}

/** The conversations at the left, as in WhatsApp Web. @param {ListActions} actions */
export function createCustomerList(actions) {
  /** @type {State|null} */
  let state = null;
  const naming = createNameDialog(actions);
  const add = h(
    'button',
    {
      type: 'button',
      class: 'button',
      'data-testid': 'new-customer',
      onclick: () => naming.ask(suggestName(state?.customers ?? [])),
    },
    words.newCustomer,
  );
  const rows = h('ul', { class: 'rows-list' });
  const node = h(
    'nav',
    { class: 'side list', id: 'tab-list', 'aria-label': words.customers },
    h('div', { class: 'side-head' }, h('h2', {}, words.customers), add),
    rows,
    naming.dialog,
  );
  let drawn = '';
  /** @param {State} next */
  const render = (next) => {
    state = next;
    const { customers, panes, chats } = next;
    const day = timeFormats(next.shop?.timeZone).dayKey(actions.nowMs());
    const typing = customers.map((one) => chats[one.id]?.typing ?? false);
    const picture = JSON.stringify([customers, panes, typing, day]);
    if (picture === drawn) return;
    drawn = picture;
    const focusedId = document.activeElement?.closest('.row')?.getAttribute('data-customer');
    rows.replaceChildren(...sortCustomers(customers).map((customer) => row(customer, next, actions)));
    if (focusedId)
      rows.querySelector(`[data-customer="${CSS.escape(focusedId)}"] .row-main`)?.focus({ preventScroll: true });
  };
  return { node, render };
}
