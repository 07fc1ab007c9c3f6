// @ts-check

/**
 * Builds one element. Text goes in as text nodes only, attributes through setAttribute, `on*` as listeners: there is no way
 * to pass markup.
 * @param {string} tag
 * @param {Record<string, string|number|boolean|null|undefined|EventListener>} [props]
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {any}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2).toLowerCase(), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

const paths = {
  send: 'M2.5 20.5 22 12 2.5 3.5V10l13 2-13 2z',
  back: 'M20 11H7.8l5.6-5.6L12 4l-8 8 8 8 1.4-1.4L7.8 13H20z',
  close: 'M19 6.4 17.6 5 12 10.6 6.4 5 5 6.4 10.6 12 5 17.6 6.4 19 12 13.4 17.6 19 19 17.6 13.4 12z',
  down: 'M7.4 8.6 12 13.2l4.6-4.6L18 10l-6 6-6-6z',
  list: 'M3 6h2.5v2H3zm5 0h13v2H8zm-5 5h2.5v2H3zm5 0h13v2H8zm-5 5h2.5v2H3zm5 0h13v2H8z',
  reply: 'M10 9V5l-7 7 7 7v-4.1c5 0 8.5 1.6 11 5.1-1-5-4-10-11-11z',
  check: 'M9 16.2 4.8 12l-1.4 1.4L9 19 21 7l-1.4-1.4z',
  chat: 'M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H8l-6 5V5a2 2 0 0 1 2-2z',
  people:
    'M9 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm0 2c-3 0-7 1.4-7 4v2h14v-2c0-2.6-4-4-7-4zm7-2a4 4 0 0 0 0-8 4 4 0 0 0-1.2.2 6 6 0 0 1 0 7.6c.4.1.8.2 1.2.2zm2 2.6c1.2.9 2 2 2 3.4v2h3v-2c0-1.9-2.5-3-5-3.4z',
  clock: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16zm1-13h-2v6l5 3 1-1.6-4-2.4z',
  copy: 'M16 2H5a2 2 0 0 0-2 2v13h2V4h11zm3 4H9a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8a2 2 0 0 0-2-2zm0 14H9V8h10z',
  retry: 'M17.7 6.3A8 8 0 1 0 19.7 14h-2.1a6 6 0 1 1-1.4-6.2L13 11h7V4z',
  alert: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 15h-2v-2h2zm0-4h-2V7h2z',
  shop: 'M4 4h16v2H4zm0 4h16l1 5v2h-1v6h-6v-6h-4v6H4v-6H3v-2zm2 7v4h2v-4z',
  scan: 'M3 3h7v7H3zm2 2v3h3V5zm9-2h7v7h-7zm2 2v3h3V5zM3 14h7v7H3zm2 2v3h3v-3zm9-2h3v3h-3zm4 4h3v3h-3zm0-4h3v2h-3zm-4 4h2v3h-2z',
  attach: 'M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z',
  columns: 'M4 4h7v16H4zm9 0h7v16h-7zm2 2v12h3V6z',
};

/** A decorative icon: whatever holds it carries the name. @param {keyof typeof paths} name @param {string} [className] */
export function icon(name, className = 'icon') {
  return drawing('0 0 24 24', paths[name], className);
}

/** @param {string} viewBox @param {string} path @param {string} className */
export function drawing(viewBox, path, className) {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', viewBox);
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS(namespace, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

/** Initials on a colour that stays the same for the same name. @param {string} name @param {string} seed */
export function avatar(name, seed) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words;
  const initials = picked.map((word) => [...(word ?? '')][0] ?? '').join('');
  let sum = 0;
  for (const character of seed) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 997;
  return h('span', { class: `avatar hue-${sum % 6}`, 'aria-hidden': 'true' }, initials.toLocaleUpperCase() || '?');
}
