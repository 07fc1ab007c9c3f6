// @ts-check
import { h, icon } from './element.js';
import { fill, timeFormats, words } from './i18n.js';

/** @import { State } from './store.js' */
/** @typedef {{ advance: (minutes: number) => Promise<void>, setModelDown: (down: boolean) => Promise<void>, suggest: (text: string) => void,
 *   nowMs: () => number }} PanelActions */

const copiedMs = 1_500;

/** @param {string} name @param {string} value */
function copyLine(name, value) {
  const text = h('code', {}, value);
  const label = fill(words.copy, { what: name.toLocaleLowerCase() });
  const button = h(
    'button',
    { type: 'button', class: 'round plain copy', 'aria-label': label, title: label },
    icon('copy'),
  );
  button.addEventListener('click', async () => {
    // Only secure pages have a clipboard: on a plain http address the text is selected, ready for the keyboard.
    if (!navigator.clipboard) return getSelection()?.selectAllChildren(text);
    await navigator.clipboard.writeText(value);
    button.replaceChildren(icon('check'));
    button.setAttribute('aria-label', words.copied);
    setTimeout(() => {
      button.replaceChildren(icon('copy'));
      button.setAttribute('aria-label', label);
    }, copiedMs);
  });
  return h('div', { class: 'credential' }, h('span', { class: 'credential-name' }, name), text, button);
}

/** @param {State} state */
function staffLines(state) {
  const staff = state.shop?.staff;
  if (!staff) return [];
  const password = staff.password
    ? copyLine(words.password, staff.password)
    : h('p', { class: 'help' }, `${words.password} : ${words.passwordUnknown}`);
  return [copyLine(words.email, staff.email), password];
}

/** 90 -> "1 h 30", 2940 -> "2 j 1 h" would need words: hours are enough. @param {number} minutes */
function hours(minutes) {
  const rest = minutes % 60;
  return rest ? `${Math.floor(minutes / 60)} h ${String(rest).padStart(2, '0')}` : `${minutes / 60} h`;
}

/** @param {State} state @param {number} nowMs */
function windowText(state, nowMs) {
  const customer = state.customers.find((one) => one.id === state.panes[0]);
  if (!customer?.lastAt) return '';
  const openUntilMs = customer.windowOpenUntil ? Date.parse(customer.windowOpenUntil) : 0;
  if (openUntilMs <= nowMs) return fill(words.windowClosed, { name: customer.name });
  const { dayKey, time, weekday } = timeFormats(state.shop?.timeZone);
  const when = time.format(openUntilMs);
  const sameDay = dayKey(openUntilMs) === dayKey(nowMs);
  return fill(words.windowOpen, {
    name: customer.name,
    time: sameDay ? when : `${weekday.format(openUntilMs)} ${when}`,
  });
}

/** @param {PanelActions} actions @param {(error: unknown) => void} failed */
function createControls(actions, failed) {
  const jump = (/** @type {number} */ minutes, /** @type {string} */ label, /** @type {string} */ testId) => {
    const button = h('button', { type: 'button', class: 'button', 'data-testid': testId }, label);
    button.addEventListener('click', async () => {
      button.disabled = true;
      await actions.advance(minutes).catch(failed);
      button.disabled = false;
    });
    return button;
  };
  const model = h('input', { type: 'checkbox', role: 'switch', 'data-testid': 'model-down', id: 'model-down' });
  model.addEventListener('change', async () => {
    model.disabled = true;
    await actions.setModelDown(model.checked).catch((error) => {
      model.checked = !model.checked;
      failed(error);
    });
    model.disabled = false;
  });
  return { model, jumps: [jump(60, words.plusHour, 'advance-1h'), jump(1440, words.plusDay, 'advance-24h')] };
}

/** The shop's clock, the model's switch, the staff login: what a newcomer can turn. @param {PanelActions} actions */
export function createClockPanel(actions) {
  const date = h('div', { class: 'clock-date' });
  const time = h('div', { class: 'clock-time', 'data-testid': 'clock' });
  const shifted = h('div', { class: 'help' });
  const windowNote = h('p', { class: 'help', 'data-testid': 'window' });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const failed = (/** @type {unknown} */ error) => {
    problem.textContent = fill(words.actionFailed, { reason: error instanceof Error ? error.message : String(error) });
  };
  const { model, jumps } = createControls(actions, failed);
  const chips = h('div', { class: 'chips' });
  const staff = h('div', {});
  const section = (/** @type {string} */ title, /** @type {Node[]} */ ...content) =>
    h('section', { class: 'card' }, h('h2', {}, title), ...content);
  const node = h(
    'aside',
    { class: 'side panel', id: 'tab-panel', 'aria-label': words.panel },
    problem,
    section(
      words.clock,
      h('div', { class: 'clock' }, time, date, shifted),
      h('div', { class: 'jumps', role: 'group', 'aria-label': words.advance }, ...jumps),
      h('p', { class: 'help' }, words.clockHelp),
      windowNote,
    ),
    section(words.suggestions, chips),
    section(
      words.panel,
      h(
        'label',
        { class: 'switch', for: 'model-down' },
        h('span', {}, words.model, h('span', { class: 'help' }, words.modelHelp)),
        model,
      ),
    ),
    section(
      words.staff,
      staff,
      h('p', { class: 'help' }, words.staffHelp),
      h('a', { class: 'staff-link', href: '/staff', target: '_blank', rel: 'noopener' }, words.staffLink),
    ),
  );
  let drawn = '';

  /** @param {State} state */
  const render = (state) => {
    const nowMs = actions.nowMs();
    const formats = timeFormats(state.shop?.timeZone);
    const offset = state.shop?.offsetMinutes ?? 0;
    time.textContent = state.shop ? formats.time.format(nowMs) : '--:--';
    date.textContent = state.shop ? formats.clockDate.format(nowMs) : '';
    shifted.textContent = offset ? fill(words.shifted, { n: hours(offset) }) : '';
    windowNote.textContent = windowText(state, nowMs);
    if (!model.disabled) model.checked = state.modelDown;
    const picture = JSON.stringify([state.shop?.staff, state.shop?.hints]);
    if (picture === drawn) return;
    drawn = picture;
    const texts = [...new Set([...words.hints, ...(state.shop?.hints ?? [])])].slice(0, 8);
    chips.replaceChildren(
      ...texts.map((text) =>
        h(
          'button',
          { type: 'button', class: 'chip', 'data-testid': 'suggestion', onclick: () => actions.suggest(text) },
          text,
        ),
      ),
    );
    staff.replaceChildren(...staffLines(state));
  };
  return { node, render };
}
