const SHORTEST = 4;
const LONGEST = 24;

/** Words that spelling looks after: short ones are all near each other, and numbers are never a slip. */
export const isSpelt = (word: string): boolean =>
  word.length >= SHORTEST - 1 && word.length <= LONGEST && /^[a-z]+$/.test(word);

/** The word and all that is left of it without one letter: two words within one edit of each other share one of these. */
export function spellingKeys(word: string): string[] {
  if (!isSpelt(word)) return [];
  const without = Array.from(word, (_, index) => word.slice(0, index) + word.slice(index + 1));
  return [...new Set([word, ...without])];
}

/** One letter more, less or another, or two neighbours swapped. */
export function isOneEdit(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const restA = a.slice(start);
  const restB = b.slice(start);
  if (restA.slice(1) === restB.slice(1)) return true;
  if (restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
