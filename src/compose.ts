import { answerNextConversation } from './agent/answer-message.ts';
import type { RoleConfig } from './config.ts';
import { openDatabase } from './db/client.ts';
import { listenForWork, type WorkTopic } from './db/work-nudges.ts';
import { describeError } from './domain/errors.ts';
import { cancelOrder } from './flows/cancel-order.ts';
import { cleanExpiredCarts } from './flows/clean-expired-carts.ts';
import { confirmOrder } from './flows/confirm-order.ts';
import { collectPickup, pickupQrIsServed, showPickup } from './flows/confirm-pickup.ts';
import { deliverNextMessage } from './flows/deliver-messages.ts';
import { expireCheckouts } from './flows/expire-checkouts.ts';
import { handleNextPaymentEvent } from './flows/handle-payment-event.ts';
import { offerPaymentLink } from './flows/offer-payment-link.ts';
import { receiveMessage } from './flows/receive-message.ts';
import { receivePaymentEvent } from './flows/receive-payment-event.ts';
import { reconcilePayments } from './flows/reconcile-payments.ts';
import { recordDelivery } from './flows/record-delivery.ts';
import { refreshTemplates } from './flows/refresh-templates.ts';
import { remindUnpaidOrder, remindUnpaidOrders } from './flows/remind-unpaid.ts';
import { requestReviews } from './flows/request-reviews.ts';
import { sendNextRefund } from './flows/send-refund.ts';
import { latestOrders, paymentLinkAgain } from './flows/show-customer-orders.ts';
import { showStaffOrder, showStaffOrders } from './flows/show-staff-orders.ts';
import { startNextCheckout } from './flows/start-checkout.ts';
import { verifySession } from './flows/verify-session.ts';
import { checkReadiness, watchShop } from './flows/watch-shop.ts';
import { createApp } from './http/app.ts';
import { type Sweeps, scheduleJobs } from './jobs/schedule.ts';
import { startWorkLoop } from './jobs/work-loop.ts';
import type { Clock, Log } from './ports.ts';
import { loadPrompts } from './prompts.ts';
import { shopMeasurements } from './shop-measurements.ts';
import { createClockwork } from './vendors/agenda.ts';
import { createMetrics } from './vendors/metrics.ts';
import { createModel } from './vendors/openai.ts';
import { createQrCode } from './vendors/qr.ts';
import { createStaffAccounts } from './vendors/staff-accounts.ts';
import { createPayments } from './vendors/stripe.ts';
import { createMessenger } from './vendors/twilio.ts';

/** How long further messages may join the same turn: people write one thought in three messages. */
const BURST_WINDOW_MS = 1_500;
const WEB_AND_WORKER_CONNECTIONS = 20;

/** A shop put together: the web to listen with, the worker to start, the sweeps to run by hand. */
export type Shop = Awaited<ReturnType<typeof compose>>;

export type ComposeOptions = {
  clock: Clock;
  log: Log;
  /** CRON_SECRET, or one the entry made up. */
  cronSecret: string;
  /** Where the pages' "back to WhatsApp" leads. */
  chatUrl?: string;
  burstWindowMs?: number;
};

/** The only place where vendors are built and functions are bound together. Opens connections; `close` ends them. */
export async function compose(config: RoleConfig, options: ComposeOptions) {
  const { clock, log } = options;
  const { publicUrl, sessionSecret } = config;
  const { db, pool, close } = openDatabase(config.databaseUrl, {
    maxConnections: WEB_AND_WORKER_CONNECTIONS,
    onError: (error) => log.warn({ error: describeError(error) }, 'a database connection was lost'),
  });
  const { texts, instructions, templates } = loadPrompts();
  const messenger = createMessenger(config.twilio, log);
  const payments = createPayments({ ...config.stripe, publicUrl });
  const model = config.openai ? createModel(config.openai) : null;
  const clockwork = await createClockwork({ pool, mongodbUrl: config.mongodbUrl, log });
  const accounts = createStaffAccounts({ db, secret: sessionSecret, baseUrl: publicUrl, log });
  const { reminderDelaysMinutes, checkoutExpiresMinutes, shop } = config;
  const needs = {
    ...{ db, clock, log, texts, messenger, payments, publicUrl, sessionSecret },
    ...{ reminderDelaysMinutes, checkoutExpiresMinutes, scheduler: clockwork.scheduler },
    timezone: shop.timezone,
    shopLocale: shop.locale,
    burstWindowMs: options.burstWindowMs ?? BURST_WINDOW_MS,
    lastAsked: new Map<string, number>(),
  };
  const sweeps: Sweeps = {
    'payment-reminders': () => remindUnpaidOrders(needs),
    'expire-checkouts': () => expireCheckouts(needs),
    'reconcile-payments': () => reconcilePayments(needs),
    'clean-expired-carts': () => cleanExpiredCarts(needs),
    'request-reviews': () => requestReviews(needs),
    'refresh-templates': () => refreshTemplates({ db, log, registry: messenger.templates }),
  };
  const metrics = createMetrics(async () => shopMeasurements(await watchShop(needs)));

  const app = createApp({
    publicUrl,
    cronSecret: options.cronSecret,
    csrfSecret: sessionSecret,
    shop: { ...shop, ...(options.chatUrl && { chatUrl: options.chatUrl }) },
    ...{ log, clock, accounts, sweeps },
    webhook: messenger.webhook,
    qr: createQrCode(),
    receiveMessage: (fields) => receiveMessage(needs, fields),
    recordDelivery: (report) => recordDelivery(needs, report),
    verifyPaymentEvent: (rawBody, signature) => payments.verifyEvent(rawBody, signature),
    receivePaymentEvent: (event) => receivePaymentEvent(needs, event),
    verifySession: (sessionId) => verifySession(needs, sessionId),
    paymentLinkFor: (orderId) => offerPaymentLink(needs, orderId),
    showPickup: (token) => showPickup(needs, token),
    collectPickup: (input) => collectPickup(needs, input),
    pickupQrIsServed: (token) => pickupQrIsServed(needs, token),
    listOrders: (filter) => showStaffOrders(needs, filter),
    showOrder: (orderId) => showStaffOrder(needs, orderId),
    isReady: () => checkReadiness(needs),
    metrics: () => metrics.page(),
  });

  const agentNeeds = {
    ...{ db, clock, log, texts, shop, model, checkoutExpiresMinutes, prompts: instructions },
    confirmOrder: (input: { customerId: string; proposalId: string }) => confirmOrder(needs, input),
    cancelOrder: (input: { customerId: string; orderNumber: string | null }) => cancelOrder(needs, input),
    paymentLinkAgain: (customerId: string) => paymentLinkAgain(needs, customerId),
    latestOrders: (customerId: string) => latestOrders(needs, customerId),
    showTyping: (messageSid: string) => messenger.showTyping(messageSid),
  };

  async function startWorker() {
    const loop = (name: WorkTopic, step: () => Promise<boolean>, lanes: number, pollMs = 1_000) =>
      [name, startWorkLoop({ name, step, lanes, pollMs, log })] as const;
    const loops = new Map([
      // A burst's turn becomes due without a new nudge: look often.
      loop('turns', () => answerNextConversation(agentNeeds), 6, 200),
      loop('messages', () => deliverNextMessage(needs), 4),
      loop('payment_events', () => handleNextPaymentEvent(needs), 3),
      loop('checkouts', () => startNextCheckout(needs), 2),
      loop('refunds', () => sendNextRefund(needs), 1),
    ]);
    const nudges = listenForWork(
      config.databaseUrl,
      (topic) => {
        if (topic === 'all') for (const each of loops.values()) each.nudge();
        else loops.get(topic)?.nudge();
      },
      (error) => log.warn({ error: describeError(error) }, 'LISTEN connection lost, polling until it is back'),
    );
    await scheduleJobs(clockwork, {
      remindUnpaidOrder: (orderId) => remindUnpaidOrder(needs, orderId),
      sweeps,
      log,
    });
    await clockwork.start();
    return {
      async stop() {
        await nudges.stop();
        await Promise.all([...loops.values()].map((each) => each.stop()));
      },
    };
  }

  return {
    ...{ app, db, accounts, sweeps, templates, startWorker },
    registry: messenger.templates,
    /** Ends the clock and every connection; stop the worker first. */
    async close() {
      await clockwork.stop();
      metrics.stop();
      await close();
    },
  };
}
