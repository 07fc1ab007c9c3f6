import { expect } from '@jest/globals';
import { notifyTeam } from '../../src/db/notifications.ts';
import type { Receipt } from '../../src/domain/receipt.ts';
import { type DeliverNotificationNeeds, deliverNextNotification } from '../../src/flows/deliver-notifications.ts';
import { renderReceipt } from '../../src/mail/receipt.tsx';
import { loadPrompts } from '../../src/prompts.ts';
import { createMailer } from '../../src/vendors/mail.ts';
import { createTeamChat } from '../../src/vendors/slack.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import { startMailServer } from './mail-server.ts';
import { openMoneyDesk, placeOrder } from './money-desk.ts';
import { textLog } from './recording-log.ts';
import { startRecordingServer } from './recording-server.ts';
import { silentMeter } from './silent-meter.ts';

export const PUBLIC_URL = 'https://shop.example';
export const EMAIL = 'camille@example.org';

/**
 * What customers' mailboxes and the team are told, for a test file: a money desk, a mail server and Slack, and the flow that
 * writes to them. `clear` before each test, `expectNothingPrivate` after it.
 */
export async function openNoticeDesk() {
  const [desk, mailServer, slack] = await Promise.all([
    openMoneyDesk(),
    startMailServer(),
    startRecordingServer(() => ({})),
  ]);
  const { texts, teamTexts } = loadPrompts();
  /** What is logged, before anything is redacted. */
  const logged: string[] = [];
  const log = textLog(logged);
  const mailerOf = (timeoutMs = 15_000) =>
    createMailer({
      smtpUrl: mailServer.url,
      from: { name: null, address: 'boutique@shop.example' },
      shop: { name: 'Pneus Caraïbes' },
      timeoutMs,
    });
  const needs: DeliverNotificationNeeds = {
    ...{ db: desk.db, clock: desk.clock, log, meter: silentMeter, tracer: untraced },
    ...{ teamTexts, publicUrl: PUBLIC_URL, shop: { locale: 'fr', name: 'Pneus Caraïbes' }, timezone: 'UTC' },
    mailer: mailerOf(),
    teamChat: createTeamChat({ webhookUrl: `${slack.url}/services/secret` }),
    renderReceipt: (receipt: Receipt) => renderReceipt(texts, receipt, { shopName: 'Pneus Caraïbes', timezone: 'UTC' }),
  };
  type Given = Partial<DeliverNotificationNeeds>;
  return {
    ...{ ...desk, mailServer, slack, logged, log, mailerOf },
    deliverMail: (given: Given = {}) => deliverNextNotification({ ...needs, ...given }, 'email'),
    deliverToSlack: (given: Given = {}) => deliverNextNotification({ ...needs, ...given }, 'slack'),
    async addStaff(email: string, role: 'staff' | 'manager', { hasLeft = false } = {}) {
      await desk.db.staffMember.create({
        data: {
          ...{ id: email, name: 'Lucie', email, role },
          ...(!hasLeft && { accounts: { create: { id: email, accountId: email, providerId: 'credential' } } }),
        },
      });
    },
    async paidOrder(product: { label?: string } = {}) {
      const order = await placeOrder(desk, { quantity: 2, ...product });
      desk.stripe.checkout.pay(order.sessionId, { email: EMAIL });
      await desk.work();
      return order;
    },
    disputeNotice: (key: string, orderId?: string) =>
      notifyTeam(desk.db, {
        ...{ key, kind: 'dispute_opened', orderNumber: 'C-1001', money: { amountMinor: 9000, currency: 'EUR' } },
        values: { reason: 'fraudulent', status: 'needs_response', dueBy: '2026-12-01T18:00:00.000Z' },
        ...(orderId && { orderId }),
        at: desk.clock.now(),
      }),
    rowOf: (businessKey: string) => desk.db.notification.findUniqueOrThrow({ where: { businessKey } }),
    async clear() {
      await desk.db.notification.deleteMany();
      await desk.db.staffMember.deleteMany();
      mailServer.behaves({});
      mailServer.mails.length = 0;
      slack.answers(() => ({}));
      logged.length = 0;
    },
    /** Neither the log nor a row's error names who was written to, what was written, or where Slack listens. */
    async expectNothingPrivate() {
      const rows = await desk.db.notification.findMany({ select: { lastError: true } });
      const written = [...logged, ...rows.map(({ lastError }) => lastError)].join('\n');
      expect(written).not.toMatch(/@|camille|Michelin|Merci|Litige|\/services\//i);
    },
    async close() {
      await Promise.all([desk.close(), mailServer.close(), slack.close()]);
    },
  };
}
export type NoticeDesk = Awaited<ReturnType<typeof openNoticeDesk>>;
