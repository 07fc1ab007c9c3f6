/** Ways in which one phone number may find its way into a line: `+33639981234`, bare, percent-encoded, as people write it. */
export function spellingsOf(phone: string): string[] {
  const digits = phone.replace(/\D/g, '');
  const pairs = (text: string, separator: string) => text.replace(/(\d\d)(?=\d)/g, `$1${separator}`);
  // France: 33 and nine digits, which people write with a 0 before them.
  const national = `0${digits.slice(2)}`;
  return [digits, national, pairs(national, ' '), pairs(national, '.'), digits.replace(/^(\d\d)(\d)/, '$1 $2')];
}

/** The lines of a text that are long enough to be told from anything a log says. */
export const sentencesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= 16);

/** The same word as JSON, an address, a form and base64 would hold it. */
function disguisesOf(word: string): string[] {
  const inForm = new URLSearchParams({ '': word }).toString().slice(1);
  const base64 = Buffer.from(word).toString('base64').replace(/=+$/, '');
  return [word, JSON.stringify(word).slice(1, -1), encodeURIComponent(word), inForm, base64].filter(
    (each) => each.length >= 8,
  );
}

export type PrivateWords = Record<string, string[]>;

/** What of `words` stands in `output`: `kind: word, in: the line`, nothing when all stayed private. */
export function leaksIn(output: string, words: PrivateWords): string[] {
  const lines = output.split('\n');
  return Object.entries(words).flatMap(([kind, each]) =>
    [...new Set(each.flatMap(disguisesOf))].flatMap((word) => {
      const line = lines.find((candidate) => candidate.toLowerCase().includes(word.toLowerCase()));
      return line === undefined ? [] : [`${kind}: ${word}, in: ${line.slice(0, 900)}`];
    }),
  );
}
