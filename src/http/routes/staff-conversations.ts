import { randomUUID } from 'node:crypto';
import type { Express, Request, Response } from 'express';
import { storableText } from '../../domain/storable.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { MessageCursor } from '../../flows/show-conversations.ts';
import { single } from '../identifiers.ts';
import type { WebNeeds } from '../needs.ts';
import { sendFragment, sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { readStaffForm, staffFrame } from '../staff/frame.ts';
import { requireForm } from '../staff/gate.ts';
import { readInboxView } from '../staff/inbox-view.ts';
import type { StaffFrame } from '../staff/layout.tsx';
import { type ConversationFacts, ConversationLive, conversationPage } from '../staff/pages/conversation-page.tsx';
import { ConversationList, conversationsPage } from '../staff/pages/conversations-page.tsx';
import { requireStaff } from '../staff/session.ts';
import { type AnswerProblem, CONVERSATION_WORDS } from '../staff/words/conversation-words.ts';

type Needs = Pick<
  WebNeeds,
  | 'accounts'
  | 'badge'
  | 'shop'
  | 'csrfSecret'
  | 'publicUrl'
  | 'listConversations'
  | 'showConversation'
  | 'takeOver'
  | 'answerCustomer'
  | 'inviteBack'
  | 'returnToBot'
>;

const addressOf = (id: string) => `/staff/conversations/${id}`;
/** The page's script asks for that part of a page that changes (public/live.js). */
const wantsFragment = (req: Request) => req.query.part === 'live';

function cursorOf(text: string): MessageCursor | undefined {
  const match = /^(\d{1,18})-(\d{1,18})$/.exec(text);
  return match ? { inboundSeq: BigInt(match[1] ?? 0), outboundSeq: BigInt(match[2] ?? 0) } : undefined;
}

/** Any role: whoever stands at the counter may answer. */
const requireAnswerForm = (needs: Needs, req: Request, res: Response) =>
  requireForm(needs, req, res, { role: 'staff', path: addressOf(req.params.id as string) });

export function addStaffConversationRoutes(app: Express, needs: Needs): void {
  app.get('/staff/conversations', async (req, res) => {
    const staff = await requireStaff(needs.accounts, req, res);
    if (!staff) return;
    const view = readInboxView(req.query);
    const list = await needs.listConversations(view);
    const facts = { frame: await staffFrame(needs, req, staff), view, list, openId: single(req.query.open) };
    if (wantsFragment(req)) sendFragment(res, ConversationList(facts));
    else sendPage(res, 200, conversationsPage(facts));
  });

  app.get('/staff/conversations/:id', async (req, res, next) => {
    const staff = await requireStaff(needs.accounts, req, res);
    if (!staff) return;
    const before = cursorOf(single(req.query.before));
    const conversationId = req.params.id;
    const conversation = isUuid(conversationId)
      ? await needs.showConversation({ conversationId, withTurns: staff.role === 'manager', ...(before && { before }) })
      : undefined;
    if (!conversation) return next();
    const frame = await staffFrame(needs, req, staff);
    if (wantsFragment(req)) sendFragment(res, ConversationLive({ frame, conversation }));
    else await sendConversation(needs, res, 200, { frame, conversation, isLatest: !before });
  });

  addForms(app, needs);
}

function addForms(app: Express, needs: Needs): void {
  const acts = { 'take-over': needs.takeOver, 'give-back': needs.returnToBot };
  for (const [name, act] of Object.entries(acts)) {
    app.post(`/staff/conversations/:id/${name}`, readStaffForm, async (req, res, next) => {
      const frame = await requireAnswerForm(needs, req, res);
      if (!frame) return;
      const conversationId = req.params.id as string;
      if (!isUuid(conversationId)) return next();
      const { kind: outcome } = await act({ conversationId, staffId: frame.staff.id });
      if (outcome === 'unknown') return next();
      logOf(res).info({ conversationId, staffId: frame.staff.id, outcome }, 'who has a conversation');
      res.redirect(303, `${addressOf(conversationId)}#latest`);
    });
  }

  app.post('/staff/conversations/:id/answer', readStaffForm, async (req, res, next) => {
    const frame = await requireAnswerForm(needs, req, res);
    if (!frame) return;
    const conversationId = req.params.id as string;
    const { text: given, key } = (req.body ?? {}) as Record<string, unknown>;
    const formKey = single(key);
    if (!isUuid(conversationId) || !isUuid(formKey)) return next();
    // Browsers send line breaks as CRLF, and count them as one character.
    const text = storableText(single(given)).replaceAll('\r\n', '\n');
    const { kind: outcome } = await needs.answerCustomer({ conversationId, staffId: frame.staff.id, text, formKey });
    if (outcome === 'unknown') return next();
    logOf(res).info({ conversationId, staffId: frame.staff.id, outcome }, 'staff answer a customer');
    if (outcome === 'answered' || outcome === 'already_answered') {
      return res.redirect(303, `${addressOf(conversationId)}#latest`);
    }
    await sendRefusal(needs, res, { frame, conversationId, problem: outcome, text });
  });

  app.post('/staff/conversations/:id/invite', readStaffForm, async (req, res, next) => {
    const frame = await requireAnswerForm(needs, req, res);
    if (!frame) return;
    const conversationId = req.params.id as string;
    const formKey = single((req.body as { key?: unknown } | undefined)?.key);
    if (!isUuid(conversationId) || !isUuid(formKey)) return next();
    const { kind: outcome } = await needs.inviteBack({ conversationId, staffId: frame.staff.id, formKey });
    if (outcome === 'unknown') return next();
    logOf(res).info({ conversationId, staffId: frame.staff.id, outcome }, 'staff invite a customer to write');
    if (outcome === 'invited' || outcome === 'already_answered') {
      return res.redirect(303, `${addressOf(conversationId)}#latest`);
    }
    await sendRefusal(needs, res, { frame, conversationId, problem: outcome, text: '' });
  });
}

/** The page of a conversation, with the others beside it where the screen has room. */
async function sendConversation(
  needs: Needs,
  res: Response,
  status: number,
  facts: Pick<ConversationFacts, 'frame' | 'conversation' | 'isLatest' | 'refused'>,
): Promise<void> {
  const view = { group: 'all' as const };
  const inbox = { frame: facts.frame, view, list: await needs.listConversations(view) };
  sendPage(res, status, conversationPage({ ...facts, inbox, formKey: randomUUID() }));
}

/** The page with the reason, and with what was written still in its form. */
async function sendRefusal(
  needs: Needs,
  res: Response,
  refusal: { frame: StaffFrame; conversationId: string; problem: AnswerProblem; text: string },
): Promise<void> {
  const { frame, conversationId, problem, text } = refusal;
  const withTurns = frame.staff.role === 'manager';
  const conversation = await needs.showConversation({ conversationId, withTurns });
  if (!conversation) return;
  const refused = { problem: CONVERSATION_WORDS[frame.locale].problems[problem], text };
  const status = problem === 'empty' || problem === 'too_long' ? 400 : 409;
  await sendConversation(needs, res, status, { frame, conversation, isLatest: true, refused });
}
