import { randomUUID } from 'node:crypto';
import { type AgentNeeds, answerNextConversation } from '../../src/agent/answer-message.ts';
import type { SqlPool } from '../../src/db/client.ts';
import { createInboundStore, sortInbox } from '../../src/db/inbox.ts';
import { saysStop } from '../../src/domain/intents.ts';
import { LOCALES } from '../../src/domain/locale.ts';
import type { OutboundContent } from '../../src/domain/outbound-message.ts';
import { cancelOrder } from '../../src/flows/cancel-order.ts';
import { confirmOrder } from '../../src/flows/confirm-order.ts';
import { receiveMessage } from '../../src/flows/receive-message.ts';
import { latestOrders, paymentLinkAgain } from '../../src/flows/show-customer-orders.ts';
import type { Model, ModelReply } from '../../src/ports.ts';
import { loadPrompts } from '../../src/prompts.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import { silentLog } from './silent-log.ts';
import { silentMeter } from './silent-meter.ts';
import type { TestDatabase } from './test-database.ts';

const prompts = loadPrompts();
export const { texts } = prompts;
export const shop = {
  name: 'GarageConnect',
  address: 'ZI de Jarry, Baie-Mahault',
  hours: 'Lun-Sam 8h-18h',
  currency: 'EUR',
  locale: 'fr' as const,
  timezone: 'America/Guadeloupe',
};

type PhoneNeeds = AgentNeeds & { pool: SqlPool };

export const OPT_OUT_KEY = Buffer.alloc(32, 'k');

/** What the agent needs, on a real database, with Stripe's part of the flows left to their own tests. */
export function agentNeeds(database: TestDatabase, overrides: Partial<AgentNeeds> = {}): PhoneNeeds {
  const { db, pool } = database;
  const clock = { now: () => new Date() };
  const payments = {
    checkoutParams: (request: object) => ({ ...request }),
    expireCheckoutSession: () => Promise.reject(new Error('no session was made in this test')),
    retrieveCheckoutSession: () => Promise.reject(new Error('no session was made in this test')),
    livemode: false,
  };
  const needs = {
    db,
    clock,
    log: silentLog,
    texts,
    payments,
    checkoutExpiresMinutes: 1435,
    shop: { locale: 'fr' as const },
  };
  const settling = { ...needs, sessionSecret: 'x'.repeat(32), timezone: shop.timezone };
  return {
    ...{
      db,
      pool,
      clock,
      log: silentLog,
      meter: silentMeter,
      tracer: untraced,
      texts,
      shop,
      rules: { locales: LOCALES, closedDays: [], tone: '' },
      model: null,
      modelTerms: { price: null, shopDailyMicroUsd: null, customerDailyMicroUsd: null, historyMessages: 8 },
      media: { fetch: () => Promise.reject(new Error('nothing is fetched in this test')) },
      transcriber: null,
      checkoutExpiresMinutes: needs.checkoutExpiresMinutes,
      optOutKey: OPT_OUT_KEY,
      prompts: prompts.instructions,
    },
    confirmOrder: (input) => confirmOrder(needs, input),
    cancelOrder: (wish) => cancelOrder(settling as never, wish),
    paymentLinkAgain: (customerId) => paymentLinkAgain(settling, customerId),
    latestOrders: (customerId) => latestOrders(needs, customerId),
    showTyping: async () => {},
    ...overrides,
  };
}

let customers = 0;

/** A customer's phone: sends words and taps, answers what the shop said since. */
export function openPhone(
  needs: PhoneNeeds,
  channelAddress = `whatsapp:+59069000${String(++customers).padStart(4, '0')}`,
) {
  let heard = 0n;

  async function receive(body: string, tap?: { payload: string; kind: 'button' | 'list' }): Promise<void> {
    await createInboundStore(needs.pool)({
      ...{ messageSid: `SM${randomUUID().replaceAll('-', '')}`, channelAddress, phone: null, profileName: 'Ana Test' },
      ...{ kind: tap?.kind ?? 'text', body, payload: tap?.payload ?? null, fields: {}, receivedAt: needs.clock.now() },
      optsOut: !tap && saysStop(body),
      burstWindowMs: 0,
    });
    await sortInbox(needs.db, needs.optOutKey);
  }
  /** As Twilio posts it: the fields beyond those of every message. */
  async function receiveFields(fields: Record<string, string>): Promise<void> {
    const MessageSid = `SM${randomUUID().replaceAll('-', '')}`;
    const base = { MessageSid, From: channelAddress, ProfileName: 'Ana Test', Body: '', NumMedia: '0' };
    const receiving = { ...needs, storeInbound: createInboundStore(needs.pool), nudge: () => {}, burstWindowMs: 0 };
    await receiveMessage(receiving, { ...base, ...fields });
    await sortInbox(needs.db, needs.optOutKey);
  }
  async function replies(): Promise<OutboundContent[]> {
    const rows = await needs.db.outboundMessage.findMany({
      where: { customer: { channelAddress }, seq: { gt: heard } },
      orderBy: { seq: 'asc' },
    });
    heard = rows.at(-1)?.seq ?? heard;
    return rows.map((row) => row.content as OutboundContent);
  }
  async function answered(): Promise<OutboundContent[]> {
    while (await answerNextConversation(needs)) {
      // until nobody waits
    }
    return replies();
  }
  let lastReplies: OutboundContent[] = [];
  return {
    channelAddress,
    receive,
    receiveFields,
    replies,
    customer: () => needs.db.customer.findUniqueOrThrow({ where: { channelAddress }, include: { conversation: true } }),
    async says(...bodies: string[]): Promise<OutboundContent[]> {
      for (const body of bodies) await receive(body);
      lastReplies = await answered();
      return lastReplies;
    },
    /** Messages with more than words, in one burst. */
    async sends(...messages: Record<string, string>[]): Promise<OutboundContent[]> {
      for (const fields of messages) await receiveFields(fields);
      lastReplies = await answered();
      return lastReplies;
    },
    /** The fields of a reply to the shop's newest message that contains `quoted`, which Twilio has sent by then. */
    async replyTo(quoted: string, body: string): Promise<Record<string, string>> {
      const rows = await needs.db.outboundMessage.findMany({
        where: { customer: { channelAddress } },
        orderBy: { seq: 'desc' },
      });
      const row = rows.find(({ content }) => (content as OutboundContent).body.includes(quoted));
      if (!row) throw new Error(`the shop never said ${quoted}`);
      const twilioSid = row.twilioSid ?? `SM${randomUUID().replaceAll('-', '')}`;
      await needs.db.outboundMessage.update({ where: { id: row.id }, data: { twilioSid } });
      return {
        Body: body,
        OriginalRepliedMessageSid: twilioSid,
        OriginalRepliedMessageSender: 'whatsapp:+14155238886',
      };
    },
    /** Taps a button or list row of the last replies by its title, or sends a payload as it is. */
    async taps(titleOrPayload: string): Promise<OutboundContent[]> {
      const buttons = lastReplies.flatMap((reply) => reply.buttons ?? []);
      const rows = lastReplies.flatMap((reply) => reply.list?.items ?? []);
      const button = buttons.find((candidate) => candidate.title === titleOrPayload);
      const row = rows.find((candidate) => candidate.title === titleOrPayload);
      const payload = button?.id ?? row?.id ?? titleOrPayload;
      await receive(titleOrPayload, { payload, kind: row ? 'list' : 'button' });
      lastReplies = await answered();
      return lastReplies;
    },
    turns: () =>
      needs.db.conversationTurn.findMany({
        where: { conversation: { customer: { channelAddress } } },
        orderBy: { startedAt: 'asc' },
        include: { inboundMessages: true },
      }),
    orders: () => needs.db.order.findMany({ where: { customer: { channelAddress } }, include: { items: true } }),
    cart: () =>
      needs.db.cart.findFirst({ where: { customer: { channelAddress }, status: 'open' }, include: { items: true } }),
  };
}

/** What was said, with plain spaces where a language sets narrow ones. */
export const bodies = (replies: OutboundContent[]): string =>
  replies.map((reply) => reply.body.replace(/[\u00a0\u202f]/g, ' ')).join('\n---\n');

type Step = { call: [name: string, args: unknown] } | { text: string } | { error: Error };
type Requested = Parameters<Model['respond']>[0];
/** What a model answers, call by call; a step may look at the request it answers. */
export type ModelScript = (Step | ((request: Requested) => Step))[];

/** A step in which the model calls this tool. */
export const call = (name: string, args: unknown = {}): Step => ({ call: [name, args] });

/** A model that follows a script; `requests` are what it was asked. */
export function scriptedModel(steps: ModelScript) {
  const requests: Requested[] = [];
  const model: Model = {
    name: 'scripted',
    async respond(request): Promise<ModelReply> {
      requests.push(request);
      const next = steps.shift() ?? { error: new Error('the script is over') };
      const step = typeof next === 'function' ? next(request) : next;
      if ('error' in step) throw step.error;
      const usage = { inputTokens: 100, cachedInputTokens: 80, outputTokens: 10 };
      if ('text' in step) return { text: step.text, toolCalls: [], outputItems: [], usage };
      const callId = `call_${requests.length}`;
      const [name, args] = step.call;
      const argumentsJson = typeof args === 'string' ? args : JSON.stringify(args);
      return { text: '', toolCalls: [{ callId, name, argumentsJson }], outputItems: [], usage };
    },
  };
  return { model, requests };
}

/** A customer who is answered by a model that follows this script. */
export function talkWithModel(database: TestDatabase, steps: ModelScript) {
  const script = scriptedModel(steps);
  return { ...script, ana: openPhone(agentNeeds(database, { model: script.model })) };
}

/** The data of the last tool call, as the model got it. */
export function lastToolOutput(request: Requested): Record<string, unknown> {
  const item = request.input.findLast((candidate) => candidate.type === 'function_call_output');
  return item?.type === 'function_call_output' ? JSON.parse(item.output) : {};
}

/** An order of theirs in this state, paid for real as far as the database knows. */
export async function bought(
  { db }: TestDatabase,
  ana: ReturnType<typeof openPhone>,
  {
    status = 'collected',
    words = '2 bridgestone 205/55 r16',
  }: { status?: 'confirmed' | 'collected'; words?: string } = {},
) {
  for (const said of [words, 'commander', 'oui']) await ana.says(said);
  const order = (await ana.orders()).at(-1);
  if (!order) throw new Error('no order was made');
  await db.paymentAttempt.updateMany({ where: { orderId: order.id }, data: { status: 'PAID' } });
  for (const next of status === 'collected' ? (['confirmed', 'collected'] as const) : (['confirmed'] as const))
    await db.order.update({ where: { id: order.id }, data: { status: next } });
  return order;
}
