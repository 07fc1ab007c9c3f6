const UNITS =
  'zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|dix sept|dix huit|dix neuf|vingt';
const UNITS_EN =
  'zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty';
const UNITS_ES =
  'cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciseis|diecisiete|dieciocho|diecinueve|veinte';

const WORDS: [string, number][] = [UNITS, UNITS_EN, UNITS_ES].flatMap((list) =>
  list.split('|').map((word, value): [string, number] => [word, value]),
);
// "Un" and "a" are articles before they are numbers: who reads them decides.
const COUNTING = WORDS.filter(([word]) => word !== 'un').sort(([a], [b]) => b.length - a.length);
// A letter before it makes it a name: "P Zero".
const NUMBERS = new RegExp(`(?<!\\b[b-df-hj-np-tv-xz] )\\b(?:${COUNTING.map(([word]) => word).join('|')})\\b`, 'g');
const VALUES = new Map(COUNTING);

const ORDINALS: [RegExp, string][] = [
  [/\b(le|la|the|el) (?:premier|premiere|first|1st|primero|primera)(?: (?:one|article|item|articulo))?\b/g, '$1 1'],
  [/\b(le|la|the|el) (?:deuxieme|second|seconde|2nd|segundo|segunda)(?: (?:one|article|item|articulo))?\b/g, '$1 2'],
  [/\b(le|la|the|el) (?:troisieme|third|3rd|tercero|tercera)(?: (?:one|article|item|articulo))?\b/g, '$1 3'],
];

/** Numbers in words as digits, in plain text of any of the three languages: "une paire de" is 2, "a set of 4" is 4. */
export function withDigits(plain: string): string {
  return ORDINALS.reduce((said, [ordinal, digit]) => said.replace(ordinal, digit), plain)
    .replace(/\b(?:une|a|one|un|1) (?:paire|pair|par) (?:de|d|of)\b/g, '2')
    .replace(/\b(?:un|a|one|1) (?:jeu|set|juego) (?:de|of) (?=\d|[a-z]+\b)/g, '')
    .replace(/\b(?:une|a|una|one|1) (?:douzaine|dozen|docena) ?(?:de|d|of)?\b/g, '12')
    .replace(NUMBERS, (word) => String(VALUES.get(word)));
}
