import type { Given } from '../domain/model-words.ts';
import type { Model } from '../ports.ts';

type Request = Pick<Parameters<Model['respond']>[0], 'instructions' | 'input'>;

/** What the state and the tools repeat of the customer's: their name, what they looked for. */
const REPEATED = /"(?:profile_name|first_name)":"(?:[^"\\]|\\.)*"|"searched":\[[^\]]*\]/g;

/**
 * What a model was given, by whom: what its words are held against. Prices are the shop's own to tell, as they are now; whatever was
 * said before is the model's too, or the customer's. What it said since it was asked told it nothing at all.
 */
export function givenTo({ instructions, input }: Request, currency = 'EUR'): Given {
  const asked = input.findLastIndex((item) => item.type === 'message' && item.role === 'user');
  const messages = input.slice(0, asked + 1).flatMap((item) => (item.type === 'message' ? [item] : []));
  const results = input.flatMap((item) => (item.type === 'function_call_output' ? [item.output] : []));
  const saidBy = (...roles: string[]) =>
    messages.filter(({ role }) => roles.includes(role)).map(({ content }) => content);
  const ofShop = [instructions, ...saidBy('developer')];
  return {
    currency,
    spoken: [...ofShop, ...saidBy('user', 'assistant')].join('\n'),
    given: [...ofShop, ...results].join('\n').replace(REPEATED, ''),
    said: saidBy('user').join('\n'),
  };
}
