import { isPlainNo, isPlainYes } from './assent.ts';
import type { Intent } from './intent.ts';
import {
  CANCEL,
  CANCEL_NOW,
  CHANGE,
  COUNTING,
  FORGET,
  GREETING,
  LOOSE,
  NO_WISH,
  NOT,
  ORDER_NUMBER,
  ORDINALS,
  PLAIN,
  REMOVE,
  THANKING,
  UNWANTED,
} from './intent-words.ts';
import { tidy, withoutPoliteness } from './plain-words.ts';
import { readCount } from './search-query.ts';
import { readSize } from './tyre-size.ts';

// "No. 4" is number 4; "no, 4" takes back what was said before.
const TAKING_BACK = /^\s*no\s*[,;:!]/i;

function readNumber(text: string): Intent | undefined {
  if (TAKING_BACK.test(text)) return undefined;
  const signed = /^[-+]?\d{1,10}(?:[.,]\d+)?$/.exec(text.trim());
  if (signed) return { kind: 'number', value: Number(signed[0].replace(',', '.')) };
  const match = /^(?:(?:le|la|les|l|the|el|option|choix|numero|number|no|n|x) ?)?(\w+?)(?: ?x| one)?$/.exec(
    withoutPoliteness(tidy(text)),
  );
  if (!match?.[1] || /[-.,]\d/.test(text)) return undefined;
  const value = readCount(match[1]) ?? ORDINALS[match[1]];
  return value === undefined ? undefined : { kind: 'number', value };
}

/** "j'en prends 4", "give me two": one number among words that only count. */
function readQuantity(text: string): Intent | undefined {
  const whole = text.replace(/(\d)[.,]\d+/g, '$1');
  const words = withoutPoliteness(tidy(whole)).split(' ');
  const counts = words.filter((word) => readCount(word) !== undefined);
  const others = words.filter((word) => readCount(word) === undefined);
  if (counts.length !== 1 || !others.every((word) => COUNTING.has(word))) return undefined;
  const sign = /-\s?\d/.test(text) ? -1 : 1;
  const decimal = /\d+[.,]\d+/.exec(text);
  const value = decimal ? Number(decimal[0].replace(',', '.')) : readCount(counts[0] as string);
  return value === undefined ? undefined : { kind: 'quantity', value: sign * value };
}

/** "Change the tyres to 2": how many, and the words that say of what. */
function readChange(words: string): Intent | undefined {
  if (!CHANGE.test(words) || NOT.test(words)) return undefined;
  const counts = words.split(' ').filter((word) => /^\d{1,3}$/.test(word) || (readCount(word) ?? 0) > 1);
  const [count] = counts;
  const value = count === undefined || counts.length > 1 ? undefined : readCount(count);
  if (count === undefined || value === undefined) return undefined;
  const said = words
    .replace(new RegExp(CHANGE, 'g'), ' ')
    .split(' ')
    .filter((word) => word !== count);
  return { kind: 'change', value, words: said.join(' ').trim() };
}

function readCancel(words: string, isQuestion: boolean): Intent | undefined {
  if (!CANCEL.test(words)) return undefined;
  const number = ORDER_NUMBER.exec(words)?.[1];
  if (isQuestion || NOT.test(words) || !CANCEL_NOW.test(withoutPoliteness(words))) return { kind: 'ask_cancel' };
  return { kind: 'cancel_order', orderNumber: number ? `C-${number}` : null };
}

/** What the whole text plainly says, or undefined: safe to act upon without a model. */
export function plainIntent(text: string): Intent | undefined {
  if (text.length > 120) return undefined;
  const plain = tidy(text);
  const bare = withoutPoliteness(plain);
  const isQuestion = plain.includes('?');
  if (isPlainYes(text)) return { kind: 'yes' };
  if (isPlainNo(text)) return { kind: 'no' };
  const spoken = PLAIN.find(([, pattern]) => {
    const said = plain.replaceAll('?', '').trim();
    return pattern.test(said) || pattern.test(isQuestion ? said : bare);
  });
  if (spoken) return { kind: spoken[0] };
  // Seven digits in a row are a size: 2055516.
  if (isQuestion || readSize(text).size.length > 0) return undefined;
  return readNumber(text) ?? readQuantity(text);
}

/** Whether the whole text plainly is of this kind. */
export const isPlain = (text: string, kind: Intent['kind']): boolean => plainIntent(text)?.kind === kind;

/** "STOP" in any of our languages, and nothing else: it is obeyed before anybody reads it. "Stop hésiter" is not it. */
export const saysStop = (text: string): boolean => plainIntent(text)?.kind === 'stop';

/** The order's number among the words, as it stands on the order: "c 1001" is C-1001. */
export function namesOrder(text: string): string | undefined {
  const number = ORDER_NUMBER.exec(tidy(text))?.[1];
  return number && `C-${number}`;
}

/** Whether an order is to be cancelled: what a model takes for such a wish cancels only when this holds. */
export function asksToCancel(text: string): boolean {
  const clauses = text
    .slice(0, 400)
    .split(/[,.;!\n]/)
    .map(tidy);
  return (
    clauses.some((words) => CANCEL.test(words) || UNWANTED.test(words)) && !clauses.some((words) => NO_WISH.test(words))
  );
}

/**
 * The nearest thing a text may mean when no model is there to ask; undefined: look for it in the catalogue.
 * A question about money is never taken for a yes: yes and no are plain or nothing.
 */
export function looseIntent(text: string): Intent | undefined {
  const plain = plainIntent(text);
  if (plain) return plain;
  const words = tidy(text.slice(0, 400)).replaceAll('?', '').trim();
  const rest = words.replace(GREETING, '').trim();
  if (rest !== words) return plainIntent(rest) ?? (rest ? looseIntent(rest) : { kind: 'greeting' });
  const wish = text.replace(THANKING, '').trim();
  if (wish !== '' && wish !== text.trim()) return looseIntent(wish) ?? { kind: 'thanks' };
  if (readSize(text).size.length > 0) return undefined;
  const cancel = readCancel(words, text.includes('?'));
  if (cancel) return cancel;
  const change = readChange(words);
  if (change) return change;
  const remove = NOT.test(words) || FORGET.test(words) ? null : REMOVE.exec(words);
  if (remove) return { kind: 'remove', words: remove[1]?.trim() ?? '' };
  const match = LOOSE.find(([, pattern]) => pattern.test(words));
  return match && { kind: match[0] };
}
