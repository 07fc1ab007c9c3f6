const WRITTEN = /^\/(.+)\/([iu]*)$/s;

function compile(pattern: string): RegExp | undefined {
  const [, source, flags = ''] = WRITTEN.exec(pattern) ?? [];
  if (source === undefined) return undefined;
  return new RegExp(source, [...new Set(`${flags}iu`)].join(''));
}

/** Plain words always are one; between slashes a regular expression must work. */
export function isPattern(pattern: string): boolean {
  try {
    compile(pattern);
    return true;
  } catch {
    return false;
  }
}

/** One kind of space and of apostrophe, whatever a language's typography sets. */
export const plainSpaces = (text: string): string => text.replace(/[\u00a0\u202f\u2009]/g, ' ').replace(/[’‘]/g, "'");

/** Whether `text` has these words (`12,90 €`), or matches this expression (`/rupture|agotado/`). Case does not matter. */
export function saysPattern(text: string, pattern: string): boolean {
  const said = plainSpaces(text);
  const expression = compile(plainSpaces(pattern));
  if (expression) return expression.test(said);
  return said.toLowerCase().includes(plainSpaces(pattern).toLowerCase());
}
