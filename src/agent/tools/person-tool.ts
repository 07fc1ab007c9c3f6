import { z } from 'zod';
import { mayBeYes } from '../../domain/assent.ts';
import { asksWhetherPerson, mayWantPerson, saysPersonOrTrouble } from '../../domain/wants-person.ts';
import { placesNamed } from '../acts.ts';
import type { Turn } from '../turn.ts';
import { callHuman } from './customer-tools.ts';
import { defineTool, refused } from './tool.ts';

/**
 * A model that is wrong about it would silence the shop for a day: their own words must leave room for it, those before an answer to
 * the shop's question must speak of it, or they say yes to whether a person should answer.
 */
async function wantsPerson(turn: Turn): Promise<boolean> {
  const { inbound, history } = turn;
  const said = inbound.filter(({ payload }) => payload === null).map(({ body }) => body);
  const before = history.findLast(({ role }) => role === 'customer')?.content ?? '';
  if ([...said, before].some(saysPersonOrTrouble)) return true;
  const lastSaid = history.findLast(({ role }) => role === 'shop')?.content ?? '';
  if (asksWhetherPerson(lastSaid) && said.length > 0 && mayBeYes(said.join(' '))) return true;
  for (const words of said) if (mayWantPerson(words) && !(await choosesPlace(turn, words))) return true;
  return false;
}

/** "Ce serait à Jarry": short, and with a place's name in it. */
const choosesPlace = async (turn: Turn, words: string): Promise<boolean> =>
  words.length <= 40 && (await placesNamed(turn, words)).length > 0;

export const callHumanTool = defineTool({
  name: 'call_human',
  description:
    'Hands the conversation to a person of the shop, and ends yours. For complaints, or when asked for a person.',
  arguments: { reason: z.string().max(200) },
  async run(turn) {
    if (!(await wantsPerson(turn))) {
      turn.draft.offersPerson = true;
      return refused(
        'nothing in their words asks for a person, or complains',
        'answer with what the tools say, and say what you do not know: a button to talk to someone stands under it',
      );
    }
    callHuman(turn);
    return { kind: 'called' };
  },
});
