import type { TurnRecord } from '../db/commit-turn.ts';
import type { InboundText } from '../db/inbound-texts.ts';
import { describeError } from '../domain/errors.ts';
import { plainIntent } from '../domain/intents.ts';
import { personHasIt } from '../domain/takeover.ts';
import { fetchPictures } from './attachments.ts';
import { answerByRules } from './fallback.ts';
import { answerFast, isWish } from './fast-path.ts';
import type { TurnUsage } from './model-spending.ts';
import { runAgent } from './run-agent.ts';
import { tapOf } from './taps.ts';
import { callHuman } from './tools/customer-tools.ts';
import { copyDraft, say, type Turn, textOf } from './turn.ts';

export type Answered = { answeredBy: TurnRecord['answeredBy']; error: string | null };

/**
 * Writes into the draft what this turn answers: by plain rules where they are sure, else by the model, else by the rules that sell without
 * one. Adds to `usage` what the model took.
 */
export async function answerTurn(turn: Turn, usage: TurnUsage): Promise<Answered> {
  const repliesBefore = turn.draft.replies.length;
  const answered = await answerAll(turn, usage);
  bringPersonAtLast(turn, repliesBefore);
  return answered;
}

const MISSES_TO_BRING_A_PERSON = 3;

/** Three misunderstandings in a row: asking a fourth time helps nobody. */
function bringPersonAtLast(turn: Turn, repliesBefore: number): void {
  const { draft, missesBefore } = turn;
  if (!draft.hasMissed || missesBefore + 1 < MISSES_TO_BRING_A_PERSON || draft.humanSince) return;
  draft.replies.splice(repliesBefore);
  callHuman(turn, 'lost_the_thread');
}

async function answerAll(turn: Turn, usage: TurnUsage): Promise<Answered> {
  if (isSilent(turn)) return hearWishes(turn);
  if (turn.draft.humanSince) void turn.needs.showTyping((turn.inbound.at(-1) as InboundText).messageSid);
  takeBack(turn);
  const rest = await answerPlainOnes(turn);
  if (rest.length === 0) return { answeredBy: 'fast_path', error: null };
  const { model } = turn.needs;
  if (!model) {
    await answerByRules(turn, rest);
    return { answeredBy: 'fallback', error: null };
  }
  const seen = await fetchPictures(turn, rest);
  if (seen.length === 0) return { answeredBy: 'fallback', error: null };
  const before = copyDraft(turn.draft);
  try {
    await runAgent(turn, model, seen, usage);
    return { answeredBy: 'model', error: null };
  } catch (error) {
    const reason = describeError(error);
    turn.needs.log.warn({ conversationId: turn.claim.conversationId, error: reason }, 'the model failed, rules answer');
    turn.draft = { ...before, toolCalls: turn.draft.toolCalls };
    await answerByRules(turn, seen);
    return { answeredBy: 'fallback', error: reason };
  }
}

/** Answers from the front what needs no model, in order; what is left is answered together. */
async function answerPlainOnes(turn: Turn): Promise<InboundText[]> {
  for (const [index, message] of turn.inbound.entries()) {
    if (!(await answerFast(turn, message))) return answerWishes(turn, turn.inbound.slice(index));
  }
  return [];
}

/** STOP and START are confirmed wherever in a burst they stand; the rest is answered without them. */
async function answerWishes(turn: Turn, messages: InboundText[]): Promise<InboundText[]> {
  const wishes = messages.filter((message) => isWish(turn, message));
  for (const wish of wishes) await answerFast(turn, wish);
  return messages.filter((message) => !wishes.includes(message));
}

const wishOf = (message: InboundText) =>
  message.payload === null ? plainIntent(message.body)?.kind : tapOf(message)?.kind;
const isAskedBack = ({ inbound }: Turn) => inbound.some((message) => wishOf(message) === 'resume');

/** While a person has the conversation the bot keeps quiet, unless the customer asks it back. */
export const isSilent = (turn: Turn) => personHasIt(turn.draft, turn.needs.clock.now()) && !isAskedBack(turn);

/** No reminders any more, or reminders again, are wishes that wait for nobody; the person stays, and all else is theirs. */
async function hearWishes(turn: Turn): Promise<Answered> {
  const rest = await answerWishes(turn, turn.inbound);
  return { answeredBy: rest.length < turn.inbound.length ? 'fast_path' : 'silent', error: null };
}

/** The bot speaks again: asked back by the customer, or because a day went by without a word of the staff's. */
function takeBack(turn: Turn): void {
  const { draft } = turn;
  if (!draft.humanSince) return;
  draft.humanSince = null;
  draft.staffLastAt = null;
  const { name: shopName } = turn.needs.shop;
  if (!isAskedBack(turn)) say(turn, { body: textOf(turn, 'bot_back_after_silence', { shopName }) });
}
