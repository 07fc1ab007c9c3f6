import { buffer } from 'node:stream/consumers';
import { type AgentNeeds, answerNextConversation } from '../agent/answer-message.ts';
import { bindSweeps } from '../bind-sweeps.ts';
import { openParts, type Parts } from '../compose.ts';
import { type Config, loadConfig, requireForRoles } from '../config.ts';
import { loadDemoCatalogue } from '../db/demo-catalogue.ts';
import { sortInbox } from '../db/inbox.ts';
import { keepForRewind, rewind } from '../db/scratch-database.ts';
import { handleNextPaymentEvent } from '../flows/handle-payment-event.ts';
import { receivePaymentEvent } from '../flows/receive-payment-event.ts';
import { sendNextRefund } from '../flows/send-refund.ts';
import { startNextCheckout } from '../flows/start-checkout.ts';
import type { Log } from '../ports.ts';
import { listen } from '../roles.ts';
import { type Sandbox, startSandbox } from '../sandbox/start.ts';
import { agentNeeds } from '../start-worker.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent, within: (_, act) => act() };
const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token', from: 'whatsapp:+590590000000' };
const STRIPE = { secretKey: 'sk_test_evals', webhookSecret: 'whsec_evals' };
const NUMBER = '+590590000000';
/** A Monday, ten in the morning at the shop: what is said of dates is the same in every run. */
const OPENS_AT = Date.UTC(2035, 2, 5, 14, 0);
const DAY_MS = 24 * 3600_000;

function untilNextMorning(now: Date): number {
  const days = Math.ceil((now.getTime() - OPENS_AT + 1) / DAY_MS);
  return (OPENS_AT + days * DAY_MS - now.getTime()) / 60_000;
}

export type EvalShop = {
  parts: Parts;
  sandbox: Sandbox;
  /** Does all that workers would, until nothing waits. */
  work(agent: AgentNeeds): Promise<void>;
  /** Lets time pass, with what the clock does meanwhile: reminders, expiries. */
  pass(minutes: number, agent: AgentNeeds): Promise<void>;
  agent(overrides: Partial<Pick<Parts, 'model' | 'media' | 'transcriber'>>): AgentNeeds;
  /** The shop as it opened, the next morning at ten: demo catalogue, no customers. */
  reopen(): Promise<void>;
  close(): Promise<void>;
};

/** What the shop is and how long its links live, whatever the environment says: conversations expect it. */
const DEFAULTS = loadConfig({ NODE_ENV: 'test' }, { for: 'command' });

/** Of `given` what says how the model is called; nothing is sent to customers, and no money moves. */
function configOf(databaseUrl: string, publicUrl: string, sandbox: Sandbox, given: Config) {
  const { shop, reminderDelaysMinutes, checkoutExpiresMinutes } = DEFAULTS;
  const { twilioBaseUrl, stripeBaseUrl, openaiBaseUrl } = sandbox;
  const twilio = { ...ACCOUNT, apiBaseUrl: twilioBaseUrl, messagingServiceSid: undefined, smsFrom: undefined };
  return requireForRoles({
    ...{ ...given, shop, reminderDelaysMinutes, checkoutExpiresMinutes },
    ...{ databaseUrl, publicUrl, sessionSecret: 'a session secret for evaluations only' },
    ...{ mongodbUrl: undefined, mail: undefined, slackWebhookUrl: undefined },
    twilio: { ...twilio, messagesPerSecond: 80 },
    stripe: { secretKey: STRIPE.secretKey, webhookSecrets: [STRIPE.webhookSecret], apiBaseUrl: stripeBaseUrl },
    openai: given.openai ?? { apiKey: 'sk-standin-evals', model: 'stand-in', baseUrl: openaiBaseUrl },
  });
}

/**
 * The demo shop for conversations to be played against: the real agent, tools, flows and outbox on the scratch database at
 * `databaseUrl` (migrated, empty), with stand-ins for WhatsApp and Stripe, and for the model where `given` names none. What a
 * worker does happens in `work`.
 */
export async function openEvalShop(databaseUrl: string, given: Config = DEFAULTS): Promise<EvalShop> {
  const webhooks = await listen((request, response) => void receive(request, response), 0, { host: '127.0.0.1' });
  const publicUrl = `http://127.0.0.1:${webhooks.port}`;
  const { locale, name, currency, timezone } = DEFAULTS.shop;
  const sandbox = await startSandbox({
    ...{ publicUrl, shop: { locale, name, currency, timezone, number: NUMBER }, webhookRetryDelaysMs: [] },
    ...{ twilio: ACCOUNT, stripe: STRIPE },
  });
  await sandbox.clock.advance((OPENS_AT - Date.now()) / 60_000);
  const config = configOf(databaseUrl, publicUrl, sandbox, given);
  const parts = await openParts(config, {
    ...{ clock: sandbox.clock, log: silent, cronSecret: '', burstWindowMs: 0, keepsQuietHours: false },
  });
  await loadDemoCatalogue(parts.db);
  await keepForRewind(parts.pool);

  async function receive(...[request, response]: Parameters<Parameters<typeof listen>[0]>): Promise<void> {
    const event = parts.payments.verifyEvent(await buffer(request), String(request.headers['stripe-signature']));
    const stored = event && (await receivePaymentEvent(parts, event).catch(() => undefined));
    response.writeHead(stored === 'stored' || stored === 'duplicate' ? 200 : 500).end();
  }
  async function work(agent: AgentNeeds): Promise<void> {
    for (let isBusy = true; isBusy; ) {
      await sortInbox(parts.db, parts.optOutKey);
      isBusy =
        (await answerNextConversation(agent)) ||
        (await startNextCheckout(parts)) ||
        (await handleNextPaymentEvent(parts)) ||
        (await sendNextRefund(parts));
      // A webhook on its way is work to come.
      if (!isBusy) {
        await sandbox.idle();
        isBusy = await handleNextPaymentEvent(parts);
      }
    }
  }
  return {
    ...{ parts, sandbox, work },
    async pass(minutes, agent) {
      await sandbox.clock.advance(minutes);
      await sandbox.idle();
      const sweeps = bindSweeps(parts);
      await sweeps['payment-reminders']();
      await sweeps['expire-checkouts']();
      await work(agent);
    },
    agent: (overrides) => agentNeeds({ ...parts, ...overrides }),
    async reopen() {
      await sandbox.clock.advance(untilNextMorning(sandbox.clock.now()));
      // Links of the conversation before run out meanwhile, and are forgotten with it.
      await sandbox.idle();
      await rewind(parts.pool);
    },
    async close() {
      await sandbox.stop();
      await webhooks.close();
      await parts.clockwork.stop();
      await parts.closeDatabase();
    },
  };
}
