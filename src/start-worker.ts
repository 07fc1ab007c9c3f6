import { setTimeout } from 'node:timers/promises';
import { answerNextConversation } from './agent/answer-message.ts';
import type { Parts } from './compose.ts';
import { listenForWork, type WorkTopic } from './db/work-nudges.ts';
import { describeError } from './domain/errors.ts';
import type { Receipt } from './domain/receipt.ts';
import type { Sweeps } from './domain/sweep.ts';
import { type CancelWish, cancelOrder } from './flows/cancel-order.ts';
import { confirmOrder } from './flows/confirm-order.ts';
import { deliverNextMessage } from './flows/deliver-messages.ts';
import { deliverNextNotification } from './flows/deliver-notifications.ts';
import { handleNextPaymentEvent } from './flows/handle-payment-event.ts';
import { workOnImport } from './flows/import-in-browser.ts';
import { refuseWrongClock } from './flows/refuse-wrong-clock.ts';
import { remindUnpaidOrder } from './flows/remind-unpaid.ts';
import { sendNextRefund } from './flows/send-refund.ts';
import { latestOrders, paymentLinkAgain } from './flows/show-customer-orders.ts';
import { sortStoredMessages } from './flows/sort-inbox.ts';
import { startNextCheckout } from './flows/start-checkout.ts';
import { scheduleJobs } from './jobs/schedule.ts';
import { startWorkLoop } from './jobs/work-loop.ts';
import { renderReceipt } from './mail/receipt.tsx';
import { FINISH_WITHIN_MS } from './roles.ts';

/** What the agent may do beyond its draft, bound to flows. */
export const agentNeeds = (parts: Parts) => ({
  ...parts,
  prompts: parts.instructions,
  confirmOrder: (input: { customerId: string; proposalId: string }) => confirmOrder(parts, input),
  cancelOrder: (wish: CancelWish) => cancelOrder(parts, wish),
  paymentLinkAgain: (customerId: string) => paymentLinkAgain(parts, customerId),
  latestOrders: (customerId: string) => latestOrders(parts, customerId),
  showTyping: (messageSid: string) => parts.messenger.showTyping(messageSid),
});

const notificationNeeds = (parts: Parts) => ({
  ...parts,
  renderReceipt: (receipt: Receipt) =>
    renderReceipt(parts.texts, receipt, { shopName: parts.shop.name, timezone: parts.timezone }),
});

/** A loop per kind of work, each looking in its own table; nudges only spare it the wait until it looks again. */
function startLoops(parts: Parts) {
  const { log } = parts;
  const answering = agentNeeds(parts);
  const telling = notificationNeeds(parts);
  const loop = (topic: WorkTopic, step: () => Promise<boolean>, lanes: number, pollMs = 1_000) => ({
    topic,
    ...startWorkLoop({ name: topic, step, lanes, pollMs, log }),
  });
  return [
    loop('inbox', () => sortStoredMessages(parts), 1),
    // A burst's turn becomes due without a new nudge: look often.
    loop('turns', () => answerNextConversation(answering), parts.turnsAtOnce, 200),
    // Twilio takes up to 80 a second from a sender and answers each in a fifth of a second.
    loop('messages', () => deliverNextMessage(parts), 16),
    loop('payment_events', () => handleNextPaymentEvent(parts), 3),
    loop('checkouts', () => startNextCheckout(parts), 2),
    loop('imports', () => workOnImport(parts), 1),
    loop('refunds', () => sendNextRefund(parts), 1),
    // Lanes of their own: a mail server that hangs holds no notice to Slack.
    loop('notifications', () => deliverNextNotification(telling, 'slack'), 1),
    loop('notifications', () => deliverNextNotification(telling, 'email'), 2),
  ];
}

/**
 * Begins to work: loops, the nudges that wake them, the clock. `stop` takes nothing new, gives the clock's jobs back and
 * waits for what was begun; what is not done within FINISH_WITHIN_MS is another worker's as soon as its claim ends.
 * Refuses to begin on a machine whose clock is wrong.
 */
export async function startWorker(parts: Parts, sweeps: Sweeps): Promise<{ stop(): Promise<void> }> {
  const { directDatabaseUrl, log, tracer } = parts;
  await refuseWrongClock(parts.db);
  const clockwork = await parts.clockwork.open();
  const loops = startLoops(parts);
  const nudges = listenForWork(
    directDatabaseUrl,
    (topic) => {
      for (const each of loops) if (topic === 'all' || topic === each.topic) each.nudge();
    },
    (error) => log.warn({ error: describeError(error) }, 'LISTEN connection lost, polling until it is back'),
  );
  const remind = (orderId: string) => remindUnpaidOrder(parts, orderId);
  await scheduleJobs(clockwork, { remindUnpaidOrder: remind, sweeps, log, tracer });
  await clockwork.start();
  return {
    async stop() {
      const begun = [nudges.stop(), clockwork.rest(), ...loops.map((each) => each.stop())];
      const isDone = Promise.all(begun).then(() => true);
      const isLate = setTimeout(FINISH_WITHIN_MS, false, { ref: false });
      if (!(await Promise.race([isDone, isLate])))
        log.warn({}, 'not done in time: another worker takes it up when its claim ends');
    },
  };
}
