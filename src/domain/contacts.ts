import { readSize } from './tyre-size.ts';

/** A way out of the conversation that a text names: a site, an address, a telephone; digits may be one, or a reference. */
export type Contact = { kind: 'site' | 'page' | 'email' | 'phone' | 'digits'; name: string };

// Written with a capital, only these are no beginning of the next sentence ("en stock.Voulez-vous ?").
const SURE_ENDINGS = new Set(
  'com net org info biz shop store online site app io co me fr es uk gp mq gf re eu us link xyz top web live pro club page gl gd ly promo'.split(
    ' ',
  ),
);

// Latin letters without accents, or another script's, written as such or spelled out.
const ENDINGS = [/^[a-z]{2,24}$/i, /^[^\p{Script=Latin}\P{L}]{2,24}$/u, /^xn--[\da-z-]{2,59}$/i];

/** Whether words with dots in them name a site, and are no abbreviation, number or sentence that ends without a space. */
function isSite(labels: readonly string[], hasPage: boolean): boolean {
  const ending = labels.at(-1) ?? '';
  if (labels.length < 2 || !labels.every((label) => /^[\p{L}\p{N}-]+$/u.test(label))) return false;
  if (labels.length === 4 && labels.every((label) => /^\d{1,3}$/.test(label))) return true;
  if (!ENDINGS.some((pattern) => pattern.test(ending))) return false;
  if (SURE_ENDINGS.has(ending.toLowerCase())) return true;
  // "p.ex.", "M.Dupont", "S.drive/e.Primacy"; but "t.me".
  const isAbbreviation = labels.length === 2 && labels[0]?.length === 1;
  return !isAbbreviation && (hasPage || ending === ending.toLowerCase());
}

/** A word's parts, without the marks around them, each with whether a path follows on it. */
const partsOf = (word: string): { part: string; hasPage: boolean }[] =>
  word.split(/(?=[/:=])/).map((part, index, all) => ({
    part: part.replace(/^[/:=.-]+/, '').replace(/[.:-]+$/, ''),
    hasPage: /^\/./.test(all[index + 1] ?? ''),
  }));

const sitesIn = (text: string): Contact[] =>
  text
    .split(/[\s"'’«»“”()[\]<>,;!?*_~|…]+/)
    .flatMap(partsOf)
    .flatMap(({ part, hasPage }): Contact[] => {
      const name = part.toLowerCase();
      const [user, domain] = part.split('@');
      if (user && domain?.includes('.')) return [{ kind: 'email', name }];
      if (!isSite(part.split('.'), hasPage)) return [];
      return [{ kind: hasPage ? 'page' : 'site', name }];
    });

// The first of two that stand together ends with its tenth digit.
const BETWEEN_DIGITS = String.raw`[\s./:·()–—-]{0,3}`;
const PHONE = new RegExp(
  String.raw`(?<!\p{N}|\p{N}[.,-]|\p{N}/(?!0\d{9})|\p{Lu}-)(?:\(?0(?:${BETWEEN_DIGITS}\d){9}|\+?\(?\d(?:${BETWEEN_DIGITS}\d){7,14})(?!\d)`,
  'gu',
);
const DAY = /^\d\d([-./])\d\d\1(?:19|20)\d\d|^(?:19|20)\d\d([-./])\d\d\2\d\d(?!\d)/;
const HOURS = /^(?:[01]?\d|2[0-4])[.:][0-5]\d\s?[-–—/ ]\s?(?:[01]?\d|2[0-4])[.:][0-5]\d/;
/** "05-12-2026 14", "08.30-12.30 14.00-18.30": days and hours. */
const isTime = (written: string) => DAY.test(written) || HOURS.test(written);

/** "40 000-50 000", "155 165 175 185 195": what is far, or wide. */
const isRow = (written: string) =>
  /^\d{1,3}[ .]000(?: ?[-–—] ?\d{1,3}[ .]000)+$/.test(written) ||
  written.split(/\D+/).every((each) => /^[1-3]\d5$/.test(each));

function isPhone(written: string): boolean {
  const digits = written.replace(/\D/g, '').length;
  if (written.startsWith('+')) return true;
  if (digits < 9 || isTime(written)) return false;
  if (/^\(?0/.test(written)) return true;
  return /\d{3}/.test(written) && readSize(written).size.length === 0 && !isRow(written);
}

const phonesIn = (text: string): Contact[] =>
  [...text.matchAll(PHONE)]
    .map(([written]) => written)
    .filter(isPhone)
    // However the country is told.
    .map(
      (written): Contact => ({
        kind: /^[+(]*0|^\+/.test(written) ? 'phone' : 'digits',
        name: written.replace(/\D/g, '').slice(-8),
      }),
    );

/** Every site, address and telephone number that a text names, links or not: a telephone makes links of them. */
export function contactsIn(text: string): Contact[] {
  const plain = text.normalize('NFKC').replace(/\p{Cf}/gu, '');
  return [...sitesIn(plain), ...phonesIn(plain)];
}
