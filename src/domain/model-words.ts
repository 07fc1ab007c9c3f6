import { contactsIn } from './contacts.ts';
import { type Told, untoldAmounts, untoldPercentages } from './told-amounts.ts';

/** What a model was given to answer with; `spoken` is what was said by whomever, without the tools' results (catalogue texts among them). */
export type Given = Told & { spoken: string };

const LINK = /https?:\/\/|www\./i;

/**
 * Why a model's words are not shown to a customer; undefined when they may be. Links are the service's to send. Sites, addresses and
 * numbers are the shop's own, or the customer's, who named them before; amounts and percentages are what the shop told.
 */
export function whyUnfit(words: string, given: Given): 'link' | 'contact' | 'amount' | undefined {
  if (LINK.test(words)) return 'link';
  // A reference is the tools' to tell, a telephone is not: catalogue texts are anybody's.
  const references = contactsIn(given.given).filter(({ kind }) => kind === 'digits');
  const known = new Set([...contactsIn(given.spoken), ...references].map(({ name }) => name));
  const contacts = contactsIn(words);
  if (contacts.some(({ kind }) => kind === 'page')) return 'link';
  if (contacts.some(({ name }) => !known.has(name))) return 'contact';
  if (untoldAmounts(words, given).length > 0 || untoldPercentages(words, given).length > 0) return 'amount';
  return undefined;
}
