import type { Db } from '../db/client.ts';
import {
  type ClaimedNotification,
  claimNextNotification,
  endNotification,
  type NotificationEnd,
  retryNotificationLater,
} from '../db/notifications.ts';
import { findReceipt } from '../db/receipts.ts';
import { emailsOfManagers, findMember } from '../db/staff-members.ts';
import { AppError, describeError } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import type { TeamNotice } from '../domain/notification.ts';
import type { MailWords, Receipt } from '../domain/receipt.ts';
import { backoffSeconds } from '../domain/retry.ts';
import { staffNoticeMail } from '../domain/staff-notice-mail.ts';
import { teamNoticeWords } from '../domain/team-notice.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Log, Mailer, Meter, TeamChat, Tracer } from '../ports.ts';

export type DeliverNotificationNeeds = {
  db: Db;
  clock: Clock;
  log: Log;
  meter: Meter;
  tracer: Tracer;
  /** Null where SMTP_URL is not set. */
  mailer: Mailer | null;
  /** Null where SLACK_WEBHOOK_URL is not set. */
  teamChat: TeamChat | null;
  teamTexts: Texts;
  renderReceipt: (receipt: Receipt) => MailWords;
  publicUrl: string;
  shop: { locale: Locale; name: string };
  timezone: string;
};
type Needs = DeliverNotificationNeeds;
type Claimed = ClaimedNotification;

// With the backoff's cap of four hours: two days, time enough for an operator to mend a password.
const MAX_ATTEMPTS = 24;
// A fault of our own mends itself rarely.
const MAX_ATTEMPTS_AFTER_OUR_FAULT = 8;
const BACKOFF_CAP_SECONDS = 4 * 3600;

/**
 * Sends the next waiting notification of a channel: a notice to the team by Slack or mail, a receipt or what was done to a member's account by mail. At least
 * once: killed between the mail server's answer and its record, a mail leaves again under the same Message-ID. False
 * when none was waiting.
 */
export async function deliverNextNotification(needs: Needs, channel: Claimed['channel']): Promise<boolean> {
  const claimed = await claimNextNotification(needs.db, channel);
  if (!claimed) return false;
  const end = await needs.tracer.span({ name: 'notification', attributes: { notificationId: claimed.id } }, () =>
    needs.log.within({ notificationId: claimed.id }, () => handOver(needs, claimed)),
  );
  // Outside every try: what the vendor took must not count as a failed send.
  if (end) await endNotification(needs.db, claimed, end);
  needs.meter.count('notifications_total', { channel, outcome: end?.status ?? 'retried' });
  return true;
}

/** How it ended; undefined when it is tried again later. */
async function handOver(needs: Needs, claimed: Claimed): Promise<NotificationEnd | undefined> {
  // Its worker died each time: whatever it is that kills them must not go on for ever.
  if (claimed.attempts > MAX_ATTEMPTS) return giveUp(needs, claimed, 'given up: no try of it came to an end');
  try {
    if (claimed.channel === 'slack') return await postToChat(needs, claimed);
    return await MAILS[claimed.content.to](needs, claimed);
  } catch (error) {
    return retryOrGiveUp(needs, claimed, error);
  }
}

// Not about an order: what can be done stands on the page of what needs somebody.
const ON_THE_LIST = new Set<TeamNotice['kind']>([
  'ledger_differs',
  'work_stuck',
  'model_budget_spent',
  'model_down',
  'concerns_grew',
  'daily_report',
]);

const skipped = (reason: string): NotificationEnd => ({ status: 'skipped', reason });

async function postToChat(needs: Needs, { content, orderId }: Claimed): Promise<NotificationEnd> {
  if (!needs.teamChat) return skipped('SLACK_WEBHOOK_URL is not set');
  if (content.to !== 'team') return skipped('not for the team');
  await needs.teamChat.post(wordsOf(needs, content.notice, orderId));
  return { status: 'sent', reason: null, at: needs.clock.now() };
}

function wordsOf({ teamTexts, publicUrl, shop, timezone }: Needs, notice: TeamNotice, orderId: string | null) {
  const page = pageOf(notice, orderId);
  const pageUrl = page ? `${publicUrl}/staff/${page}` : null;
  return teamNoticeWords(teamTexts, notice, { locale: shop.locale, timezone, pageUrl });
}

/** The staff page that shows what a notice is about, if there is one. */
function pageOf({ kind, values, report }: TeamNotice, orderId: string | null): string | null {
  if (values?.conversationId) return `conversations/${values.conversationId}`;
  if (orderId) return `orders/${orderId}`;
  if (kind === 'daily_report' && report?.needs === 0) return 'numbers';
  return ON_THE_LIST.has(kind) ? 'needs-you' : null;
}

async function mailTeam(needs: Needs, { id, content, orderId }: Claimed): Promise<NotificationEnd> {
  if (!needs.mailer) return skipped('SMTP_URL is not set');
  if (content.to !== 'team') return skipped('not for the team');
  const to = await emailsOfManagers(needs.db);
  if (to.length === 0) return skipped('no manager has an account: npm run staff:add -- EMAIL --role manager');
  const { title: subject, text } = wordsOf(needs, content.notice, orderId);
  const { refusedAddresses } = await needs.mailer.send({ id, to, subject, text });
  // Sent again, those who have it would get it twice: the others are a line in the log and in the row.
  const reason = refusedAddresses > 0 ? `${refusedAddresses} of ${to.length} managers’ addresses refused` : null;
  if (reason) needs.log.warn({ notificationId: id }, reason);
  return { status: 'sent', reason, at: needs.clock.now() };
}

async function mailReceipt(needs: Needs, { id, content, orderId }: Claimed): Promise<NotificationEnd> {
  if (!needs.mailer) return skipped('SMTP_URL is not set');
  if (content.to !== 'customer' || !orderId) return skipped('about no order');
  const found = await findReceipt(needs.db, orderId);
  if (!found?.receipt) return skipped(`the order is ${found?.status ?? 'gone'}`);
  await needs.mailer.send({ id, to: [content.email], ...needs.renderReceipt(found.receipt) });
  return { status: 'sent', reason: null, at: needs.clock.now() };
}

async function mailMember(needs: Needs, { id, content }: Claimed): Promise<NotificationEnd> {
  if (!needs.mailer) return skipped('SMTP_URL is not set');
  if (content.to !== 'staff') return skipped('not for a member of staff');
  const member = await findMember(needs.db, { id: content.staffId });
  if (!member || member.removedAt) return skipped('works here no longer');
  const { shop, timezone, publicUrl } = needs;
  const facts = { name: member.name, shopName: shop.name, at: new Date(content.at), timezone, publicUrl };
  await needs.mailer.send({ id, to: [member.email], ...staffNoticeMail(shop.locale, content.kind, facts) });
  return { status: 'sent', reason: null, at: needs.clock.now() };
}

const MAILS = { team: mailTeam, customer: mailReceipt, staff: mailMember };

async function retryOrGiveUp(needs: Needs, claimed: Claimed, error: unknown): Promise<NotificationEnd | undefined> {
  const known = error instanceof AppError ? error : undefined;
  const reason = describeError(error);
  const passes = known === undefined || known.retryable;
  if (!passes || claimed.attempts >= (known ? MAX_ATTEMPTS : MAX_ATTEMPTS_AFTER_OUR_FAULT)) {
    return giveUp(needs, claimed, reason);
  }
  const { id: notificationId, channel, attempts, orderId } = claimed;
  needs.log.warn({ notificationId, channel, orderId, attempts, error: reason }, 'a notification is tried again');
  const delaySeconds = Math.max(backoffSeconds(attempts, BACKOFF_CAP_SECONDS), known?.retryAfterSeconds ?? 0);
  await retryNotificationLater(needs.db, claimed, { delaySeconds, error: reason });
  return undefined;
}

function giveUp(needs: Needs, claimed: Claimed, reason: string): NotificationEnd {
  const { id: notificationId, channel, attempts, orderId } = claimed;
  needs.log.error({ notificationId, channel, orderId, attempts, error: reason }, 'a notification could not be sent');
  return { status: 'failed', reason };
}
