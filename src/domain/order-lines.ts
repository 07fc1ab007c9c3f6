import { withDigits } from './amounts.ts';
import { type Clause, hasNothing, type OrderLine, type Read, readClause } from './order-clause.ts';
import { ASKING, PHRASES, REFUSAL, SEEKING, SEPARATOR } from './order-words.ts';
import { plainText } from './plain-text.ts';
import { readSize } from './tyre-size.ts';

export type ReadOrder = {
  lines: OrderLine[];
  /** Clauses that order nothing ("vous fermez à quelle heure"). */
  rest: string[];
};

function clausesOf(plain: string): Clause[] {
  const clauses: Clause[] = [];
  let from = 0;
  let isSoft = false;
  const push = (until: number) => {
    const text = plain.slice(from, until).replace(/\s+/g, ' ').trim();
    if (text) clauses.push({ text, isSoft });
  };
  for (const match of plain.matchAll(SEPARATOR)) {
    push(match.index);
    from = match.index + match[0].length;
    isSoft = /\b(?:et|and|y|avec|with|con)\b|[+&,]/.test(match[0]);
  }
  push(plain.length);
  return clauses;
}

/** "4 michelin" ... "205/55 r16": a size by itself belongs to what stands before it. */
function joinSizes(clauses: Clause[]): Clause[] {
  const joined: Clause[] = [];
  for (const clause of clauses) {
    const { size, rest } = readSize(clause.text);
    const last = joined.at(-1);
    const isOnlySize = size.length > 0 && hasNothing(rest.replace(/^(?:en|in|taille|size|medida)\b/, ''));
    if (last && isOnlySize && readSize(last.text).size.length === 0) last.text = `${last.text} ${clause.text}`;
    else joined.push({ ...clause });
  }
  return joined;
}

/**
 * What a message orders, line by line, or undefined when it does not order: it is then a search, a wish or a talk.
 * Pure; whether what it names exists is for the catalogue.
 */
export function readOrder(text: string): ReadOrder | undefined {
  if (text.length > 600) return undefined;
  const whole = PHRASES.reduce(
    (said, [phrase, meaning]) => said.replace(phrase, meaning),
    withDigits(plainLines(text)),
  );
  const plain = whole.trim().replace(REFUSAL, '');
  if (ASKING.test(plain)) return undefined;
  // "Non, 4": what follows a no is a correction.
  const hasRefused = plain !== whole.trim();
  const read = joinSizes(clausesOf(plain)).map((clause, index) => ({
    clause,
    line: readClause(clause, hasRefused && index === 0),
  }));
  const isExplicit = ({ line }: (typeof read)[number]) =>
    line.act !== 'add' || (line.quantity !== undefined && !line.isArticle);
  const says = read.filter(({ line }) => {
    // "Plutôt dans l'autre magasin" corrects something else than a number.
    const isNumberless = line.quantity === undefined && line.act === 'set';
    return !isNumberless && (line.words !== '' || (line.quantity !== undefined && !line.isArticle));
  });
  // "Un pneu et un équilibrage" counts each; "un équilibrage" by itself only names it.
  const counted =
    says.some(isExplicit) || (says.length > 1 && says.every(({ line }) => line.isArticle) && !SEEKING.test(plain));
  const lines = says.filter(
    ({ line }) => !(line.isQuestion && !isExplicit({ line, clause: { text: '', isSoft: false } })),
  );
  const rest = read
    .filter((each) => !lines.includes(each) && each.clause.text.length > 3)
    .map(({ clause }) => clause.text);
  const first = lines[0]?.line;
  if (!first || !counted) return undefined;
  if (lines.length === 1 && rest.length === 0 && first.act === 'add' && !first.isMore) return undefined;
  return { lines: joinAmounts(lines.map(({ line }) => toLine(line))), rest };
}

/** "Le goodyear vector, mettez-en 4": an amount of nothing counts what was named just before. */
function joinAmounts(lines: readonly OrderLine[]): OrderLine[] {
  const joined: OrderLine[] = [];
  for (const line of lines) {
    const last = joined.at(-1);
    const counts = line.words === '' && line.act !== 'remove' && last?.act === 'add' && last.quantity === undefined;
    if (counts) joined[joined.length - 1] = { ...last, quantity: line.quantity, isMore: line.isMore };
    else joined.push(line);
  }
  return joined;
}

/** Lower case without accents, lines kept apart. */
const plainLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => plainText(line).replace(/(?<=[a-z])-(?=[a-z])/g, ' '))
    .join('\n');

const toLine = ({ act, quantity, isMore, words, isSoft }: Read): OrderLine => ({
  ...{ act, quantity, isMore, words },
  isSoft: isSoft && act === 'add' && quantity === undefined,
});
