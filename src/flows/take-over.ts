import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { approvedTemplate } from '../db/message-templates.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { findInvitee, hasMessage, type LockedConversation, lockConversation, setTakeover } from '../db/takeovers.ts';
import { transact } from '../db/transact.ts';
import { encodeTap } from '../domain/conversation.ts';
import { inviteBackMessage, isInvited } from '../domain/invite-back.ts';
import { type Locale, toLocale } from '../domain/locale.ts';
import { LIMITS } from '../domain/outbound-message.ts';
import { windowIsOpen } from '../domain/session-window.ts';
import { personHasIt } from '../domain/takeover.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock } from '../ports.ts';

type Needs = { db: Db; clock: Clock; texts: Texts; shop: { name: string; locale: Locale } };

/** `staffId` is who does it. */
export type TakeOverWish = { conversationId: string; staffId: string };
/** `formKey` is made with the form, so that the same form sent twice is one message. */
export type Answer = TakeOverWish & { text: string; formKey: string };
export type TakeOverResult = { kind: 'taken_over' | 'already_yours' | 'unknown' };
export type AnswerResult = {
  kind: 'answered' | 'already_answered' | 'empty' | 'too_long' | 'window_closed' | 'unknown';
};
export type InviteBackResult = {
  kind: 'invited' | 'already_answered' | 'window_open' | 'no_template' | 'opted_out' | 'sent_already' | 'unknown';
};
export type ReturnResult = { kind: 'returned' | 'with_bot' | 'unknown' };

/** Pauses the bot in a conversation for a member of staff, also when a colleague has it. The customer is told once. */
export function takeOver(needs: Needs, { conversationId, staffId }: TakeOverWish): Promise<TakeOverResult> {
  return transact(needs.db, async (tx): Promise<TakeOverResult> => {
    const held = await lockConversation(tx, conversationId);
    if (!held) return { kind: 'unknown' };
    const isTheirs = held.humanBy === staffId && personHasIt(held, needs.clock.now());
    if (isTheirs) return { kind: 'already_yours' };
    await hold(needs, tx, held, staffId);
    return { kind: 'taken_over' };
  });
}

/** Writes to the customer as a person, through the outbox; while the bot has the conversation this takes it over. */
export function answerCustomer(needs: Needs, answer: Answer): Promise<AnswerResult> {
  const text = answer.text.trim();
  return transact(needs.db, async (tx): Promise<AnswerResult> => {
    const held = await lockConversation(tx, answer.conversationId);
    if (!held) return { kind: 'unknown' };
    const businessKey = `staff:${answer.staffId}:${answer.formKey}`;
    if (await hasMessage(tx, businessKey)) return { kind: 'already_answered' };
    if (!text) return { kind: 'empty' };
    if (text.length > LIMITS.bodyChars) return { kind: 'too_long' };
    const at = needs.clock.now();
    if (!windowIsOpen(held.lastInboundAt, at)) return { kind: 'window_closed' };
    await hold(needs, tx, held, answer.staffId);
    await enqueueMessage(tx, { businessKey, customerId: held.customerId, content: { body: text }, at });
    const subject = `conversation:${held.id}`;
    await writeAudit(tx, { actor: `staff:${answer.staffId}`, action: 'conversation.answered', subject, at });
    return { kind: 'answered' };
  });
}

/**
 * Asks a customer whose window is closed to write again, by the template that WhatsApp approved for it; takes the
 * conversation over, so that a person is there when they do.
 */
export function inviteBack(needs: Needs, wish: TakeOverWish & { formKey: string }): Promise<InviteBackResult> {
  return transact(needs.db, async (tx): Promise<InviteBackResult> => {
    const held = await lockConversation(tx, wish.conversationId);
    if (!held) return { kind: 'unknown' };
    const businessKey = `staff:${wish.staffId}:${wish.formKey}`;
    if (await hasMessage(tx, businessKey)) return { kind: 'already_answered' };
    const at = needs.clock.now();
    if (windowIsOpen(held.lastInboundAt, at)) return { kind: 'window_open' };
    const invitee = await findInvitee(tx, held.id);
    if (invitee.optedOut) return { kind: 'opted_out' };
    if (isInvited(invitee)) return { kind: 'sent_already' };
    const locale = toLocale(held.locale, needs.shop.locale);
    if (!(await approvedTemplate(tx, 'invite_back', locale))) return { kind: 'no_template' };
    await hold(needs, tx, held, wish.staffId);
    const content = inviteBackMessage(needs.texts, locale, needs.shop.name);
    await enqueueMessage(tx, { businessKey, customerId: held.customerId, content, at });
    const subject = `conversation:${held.id}`;
    await writeAudit(tx, { actor: `staff:${wish.staffId}`, action: 'conversation.invited', subject, at });
    return { kind: 'invited' };
  });
}

/** Gives a conversation back to the bot, which tells the customer that it is there again. */
export function returnToBot(needs: Needs, { conversationId, staffId }: TakeOverWish): Promise<ReturnResult> {
  return transact(needs.db, async (tx): Promise<ReturnResult> => {
    const held = await lockConversation(tx, conversationId);
    if (!held) return { kind: 'unknown' };
    const at = needs.clock.now();
    if (!held.humanSince || !personHasIt(held, at)) return { kind: 'with_bot' };
    await setTakeover(tx, held.id, { humanSince: null, humanBy: null, staffLastAt: null });
    await tell(needs, tx, held, { key: 'bot_back', humanSince: held.humanSince, at });
    const subject = `conversation:${held.id}`;
    await writeAudit(tx, { actor: `staff:${staffId}`, action: 'conversation.returned', subject, at });
    return { kind: 'returned' };
  });
}

/** The conversation is this person's from now on, and 24 hours begin anew. */
async function hold(needs: Needs, tx: Tx, held: LockedConversation, staffId: string): Promise<void> {
  const at = needs.clock.now();
  const isPaused = personHasIt(held, at);
  // A pause that ran out unheard is over: this is another one, and the customer is told anew.
  const humanSince = isPaused && held.humanSince ? held.humanSince : at;
  await setTakeover(tx, held.id, { humanSince, humanBy: staffId, staffLastAt: at });
  await tell(needs, tx, held, { key: 'person_here', humanSince, at });
  if (isPaused && held.humanBy === staffId) return;
  const entry = { actor: `staff:${staffId}`, subject: `conversation:${held.id}`, at };
  await writeAudit(tx, { ...entry, action: 'conversation.taken_over' });
}

/**
 * Once for each pause. Outside the 24-hour window WhatsApp takes no such message: the person's first answer inside it
 * brings the news, and the bot's own next answer speaks for itself.
 */
async function tell(
  needs: Needs,
  tx: Tx,
  held: LockedConversation,
  news: { key: 'person_here' | 'bot_back'; humanSince: Date; at: Date },
): Promise<void> {
  const { key, humanSince, at } = news;
  if (!windowIsOpen(held.lastInboundAt, at)) return;
  const locale = toLocale(held.locale, needs.shop.locale);
  const resume = { id: encodeTap({ kind: 'resume' }), title: needs.texts(locale, 'resume_button') };
  const body = needs.texts(locale, key, { shopName: needs.shop.name });
  const businessKey = `${key.replace('_', '-')}:${held.id}:${humanSince.getTime()}`;
  const content = { body, ...(key === 'person_here' && { buttons: [resume] }) };
  await enqueueMessage(tx, { businessKey, customerId: held.customerId, content, at });
}
