// @ts-check
import { en, es, fr } from './words.js';

const dictionaries = { fr, en, es };

/** @param {string|undefined} browserLanguage @returns {'fr'|'en'|'es'} */
export function pickLanguage(browserLanguage) {
  const base = browserLanguage?.toLowerCase().split('-')[0];
  return base === 'en' || base === 'es' ? base : 'fr';
}

export const language = pickLanguage(globalThis.navigator?.language);
export const words = dictionaries[language];

/** @param {string} template @param {Record<string, string|number>} values */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The shop's own time zone when it tells us, else the reader's. @param {string} [timeZone] */
export function timeFormats(timeZone) {
  /** @param {Intl.DateTimeFormatOptions} options */
  const format = (options) => new Intl.DateTimeFormat(language, { ...options, ...(timeZone ? { timeZone } : {}) });
  const day = new Intl.DateTimeFormat('en-CA', { ...(timeZone ? { timeZone } : {}) });
  return {
    time: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    weekday: format({ weekday: 'long' }),
    longDate: format({ day: 'numeric', month: 'long', year: 'numeric' }),
    shortDate: format({ day: '2-digit', month: '2-digit', year: '2-digit' }),
    clockDate: format({ weekday: 'long', day: 'numeric', month: 'long' }),
    /** @param {number} atMs a key that sorts: 2026-03-01 */
    dayKey: (atMs) => day.format(atMs),
  };
}
