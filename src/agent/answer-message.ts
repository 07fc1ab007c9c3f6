import {
  claimConversation,
  releaseConversation,
  renewClaim,
  settleClaim,
  type TurnClaim,
} from '../db/claim-conversation.ts';
import { commitTurn, type FinishedTurn, type TurnRecord } from '../db/commit-turn.ts';
import type { InboundText } from '../db/inbound-texts.ts';
import { underLease } from '../db/lease.ts';
import { type LoadedTurn, loadTurn } from '../db/load-turn.ts';
import type { Focus } from '../domain/conversation.ts';
import { describeError } from '../domain/errors.ts';
import { backoffSeconds } from '../domain/retry.ts';
import type { Log } from '../ports.ts';
import { type Answered, answerTurn, isSilent } from './answer-turn.ts';
import { hearVoiceNotes } from './attachments.ts';
import { NO_USAGE, type TurnUsage } from './model-spending.ts';
import { typingWhile } from './show-typing.ts';
import { offerHuman } from './tools/customer-tools.ts';
import { type AgentNeeds, newId, startTurn, type Turn } from './turn.ts';

export type { AgentNeeds };

/** A turn that failed this often is closed with an apology: one bad message must not hold its customer up for ever. */
const MAX_TRIES = 3;

/**
 * Answers one customer who waits, if any: false when nobody does. All their unanswered messages are one turn, written
 * in one transaction at its end; a turn that crashes is run again and has changed nothing. Safe from any number of
 * workers: the claim gives each conversation to one of them, and a worker that lost its claim writes nothing.
 */
export async function answerNextConversation(needs: AgentNeeds): Promise<boolean> {
  const claim = await claimConversation(needs.db);
  if (!claim) return false;
  const log = needs.log.child({ conversationId: claim.conversationId });
  const onError = (error: unknown) => log.warn({ error: describeError(error) }, 'claim not renewed');
  await underLease({ renew: () => renewClaim(needs.db, claim), onError }, () => answerOrRelease(needs, claim, log));
  return true;
}

async function answerOrRelease(needs: AgentNeeds, claim: TurnClaim, log: Log): Promise<void> {
  try {
    // Claimed once more than allowed: the workers that tried before died without a word.
    if (claim.tries > MAX_TRIES) await apologize(needs, claim, 'workers died answering this');
    else await answer(needs, claim);
  } catch (error) {
    const reason = describeError(error);
    log.error({ tries: claim.tries, error: reason }, 'a turn failed');
    if (claim.tries >= MAX_TRIES) await apologize(needs, claim, reason);
    else await releaseConversation(needs.db, claim, backoffSeconds(claim.tries));
  }
}

async function answer(needs: AgentNeeds, claim: TurnClaim): Promise<void> {
  const startedAt = needs.clock.now();
  const loaded = await loadTurn(needs.db, claim);
  if (loaded.inbound.length === 0) return settleClaim(needs.db, claim);
  const { conversationId } = claim;
  const speak = () => needs.log.within({ conversationId }, () => answerLoaded(needs, claim, loaded, startedAt));
  const { messageSid } = loaded.inbound.at(-1) as InboundText;
  return needs.tracer.span({ name: 'turn', attributes: { conversationId } }, () =>
    // From before anything is fetched or listened to: that takes a moment. Not while a person answers.
    loaded.humanSince ? speak() : typingWhile(() => needs.showTyping(messageSid), speak),
  );
}

async function answerLoaded(needs: AgentNeeds, claim: TurnClaim, loaded: LoadedTurn, startedAt: Date): Promise<void> {
  const beganAt = performance.now();
  const inbound = await hearVoiceNotes({ needs, customerId: claim.customerId }, loaded);
  const turn = startTurn(needs, claim, { ...loaded, inbound });
  const usage: TurnUsage = { ...NO_USAGE };
  const { answeredBy, error } = await answerTurn(turn, usage);
  const model = answeredBy === 'model' || error !== null ? (needs.model?.name ?? null) : null;
  const isOurs = await commit(turn, { answeredBy, model, error, ...usage, startedAt });
  if (isOurs) timeTurn(needs, { answeredBy, modelMs: usage.modelMs, ms: performance.now() - beganAt });
}

function timeTurn({ meter }: AgentNeeds, turn: { answeredBy: Answered['answeredBy']; modelMs: number; ms: number }) {
  const labels = { answered_by: turn.answeredBy };
  meter.observe('turn_seconds', labels, turn.ms / 1000);
  meter.observe('turn_own_seconds', labels, (turn.ms - turn.modelMs) / 1000);
  if (turn.modelMs > 0) meter.observe('turn_model_seconds', labels, turn.modelMs / 1000);
}

type Outcome = Omit<TurnRecord, 'id' | 'toolCalls' | 'finishedAt'>;

/**
 * A question stands only while it is the last thing said: a later "yes" would answer something else. A reaction or a
 * sticker that was read silently leaves it the last.
 */
function closeQuestions({ draft, missesBefore }: Turn, answeredBy: TurnRecord['answeredBy']): Focus {
  const { focus, replies, proposal, asksToForget, hasMissed, humanSince } = draft;
  const isStillLast = replies.length === 0 && answeredBy !== 'model' && answeredBy !== 'fallback';
  const isAsked = (focus.ask === 'confirm' && proposal) || (focus.ask === 'forget' && asksToForget);
  const isOver = (focus.ask === 'confirm' || focus.ask === 'forget') && !isAsked && !isStillLast;
  const misses = isStillLast ? missesBefore : hasMissed && !humanSince ? missesBefore + 1 : 0;
  return { ...focus, ...(isOver && { ask: undefined }), misses: misses || undefined };
}

/** Writes what the turn came to; false when another worker has it. */
async function commit(turn: Turn, outcome: Outcome): Promise<boolean> {
  const { needs, claim, draft, inboundIds, optedOutBefore } = turn;
  draft.focus = closeQuestions(turn, outcome.answeredBy);
  const { customer, wishes, focus, humanSince, stored, cart, proposal, dropsProposal, replies, rating, toolCalls } =
    draft;
  const finished: FinishedTurn = {
    claim,
    turn: { ...outcome, id: newId(turn), toolCalls, finishedAt: needs.clock.now() },
    inboundIds,
    ...{ customer, optedOutBefore, wishes, focus, humanSince, stored, cart, proposal, dropsProposal, replies, rating },
    ...{ summary: turn.summary, forgets: draft.forgets ? { optOutKey: needs.optOutKey } : undefined },
  };
  const result = await commitTurn(needs.db, finished);
  const { answeredBy } = outcome;
  if (result === 'lost') needs.log.warn({ conversationId: claim.conversationId }, 'claim lost, another worker answers');
  else needs.log.info({ conversationId: claim.conversationId, turnId: finished.turn.id, answeredBy }, 'turn answered');
  return result !== 'lost';
}

async function apologize(needs: AgentNeeds, claim: TurnClaim, error: string): Promise<void> {
  const startedAt = needs.clock.now();
  const loaded = await loadTurn(needs.db, claim);
  if (loaded.inbound.length === 0) return settleClaim(needs.db, claim);
  const turn = startTurn(needs, claim, loaded);
  if (!isSilent(turn)) offerHuman(turn, 'apology');
  await commit(turn, { answeredBy: 'fallback', model: null, ...NO_USAGE, error, startedAt });
}
