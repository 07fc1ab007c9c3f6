import type { Given } from '../domain/model-words.ts';
import type { Model } from '../ports.ts';

type Request = Pick<Parameters<Model['respond']>[0], 'instructions' | 'input'>;

/** What a model was given, by whom: what its words are held against. What it said itself since it was asked told it nothing. */
export function givenTo({ instructions, input }: Request, currency = 'EUR'): Given {
  const asked = input.findLastIndex((item) => item.type === 'message' && item.role === 'user');
  const messages = input.slice(0, asked + 1).flatMap((item) => (item.type === 'message' ? [item] : []));
  const results = input.flatMap((item) => (item.type === 'function_call_output' ? [item.output] : []));
  const told = (who: typeof messages) => who.map(({ content }) => content);
  const spoken = [instructions, ...told(messages)].join('\n');
  return {
    ...{ spoken, currency, given: [spoken, ...results].join('\n') },
    said: told(messages.filter(({ role }) => role === 'user')).join('\n'),
  };
}
