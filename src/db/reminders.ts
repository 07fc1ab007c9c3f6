import { toLocale } from '../domain/locale.ts';
import type { OrderSummary } from '../domain/order-message.ts';
import type { Reminded } from '../domain/reminder.ts';
import { spokenName } from '../domain/spoken-name.ts';
import { asStorable } from '../domain/storable.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';
import { FORGOTTEN } from './erase-customer.ts';
import type { NewOutboundMessage } from './outbox.ts';

/** Where a batch ended: the next one begins behind it. */
export type UnpaidPlace = { createdAt: Date; id: string };
/** `latestMade`: for each delay, when an order must have been made at the latest to be due for it (domain/reminder.ts). */
export type UnpaidWish = {
  now: Date;
  delaysMinutes: readonly number[];
  latestMade: readonly Date[];
  after: UnpaidPlace | null;
  limit: number;
};
/** What a reminder says, and what decides whether it is sent. */
export type UnpaidOrder = OrderSummary & Reminded & { customerId: string; createdAt: Date; url: string };
export type DecidedReminder = { orderId: string; step: number; delayMinutes: number; message: NewOutboundMessage };

type Row = Omit<UnpaidOrder, 'locale' | 'customer'> & {
  locale: string;
  firstName: string | null;
  profileName: string | null;
};

/** Those that may be reminded as far as a row tells; whether a step is due is for domain/reminder.ts. */
const MAY_BE_REMINDED = Prisma.sql`o.counter_group = 'to_pay' AND o.status = 'pending_payment' AND o.review_reason IS NULL
  AND c.opted_out_at IS NULL AND NOT starts_with(c.channel_address, ${FORGOTTEN})`;

/**
 * Locks unpaid orders that may have a reminder to come, oldest first, until the transaction ends; what somebody else has locked
 * is left to them, so any number of workers share the work. A bank that is still processing has the customer's yes: nothing to
 * remind of.
 */
export async function lockUnpaidOrders(
  tx: Tx,
  which: UnpaidWish | { now: Date; orderId: string },
): Promise<{ orders: UnpaidOrder[]; last: UnpaidPlace | null }> {
  const [narrowed, limit] =
    'orderId' in which ? [Prisma.sql`o.id = ${which.orderId}::uuid`, 1] : [dueBy(which), which.limit];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT o.id, o.number, o.locale, o.total_minor AS "totalMinor", o.currency, o.expires_at AS "expiresAt",
      o.created_at AS "createdAt", o.reminders_sent AS "remindersSent", o.reminded_minutes AS "remindedMinutes",
      o.customer_id AS "customerId", c.first_name AS "firstName", c.profile_name AS "profileName", a.url,
      -- Of an order that was imported and has none yet (db:backfill) as well: one must not keep its batch from leaving.
      (SELECT COALESCE(jsonb_agg(jsonb_build_object('label', i.label, 'quantity', i.quantity, 'subtotalMinor', i.subtotal_minor)
        ORDER BY i.position), '[]') FROM order_items i WHERE i.order_id = o.id) AS lines
    FROM orders o JOIN customers c ON c.id = o.customer_id
      JOIN payment_attempts a ON a.order_id = o.id AND a.status = 'PENDING' AND a.url IS NOT NULL
    WHERE ${MAY_BE_REMINDED} AND o.expires_at > ${which.now}::timestamptz AND ${narrowed}
    ORDER BY o.created_at, o.id LIMIT ${limit}::int
    FOR UPDATE OF o SKIP LOCKED FOR KEY SHARE OF c SKIP LOCKED`;
  const orders = rows.map(({ locale, firstName, profileName, ...row }) => ({
    ...row,
    locale: toLocale(locale),
    customer: { firstName: firstName ?? spokenName(profileName) ?? null },
  }));
  return { orders, last: orders.at(-1) ?? null };
}

function dueBy({ delaysMinutes, latestMade, after }: UnpaidWish): Prisma.Sql {
  const behind = after
    ? Prisma.sql`(o.created_at, o.id) > (${after.createdAt}::timestamptz, ${after.id}::uuid)`
    : Prisma.sql`true`;
  // How many delays its last reminder has left behind, as domain/reminder.ts counts them.
  const passed = Prisma.sql`COALESCE(width_bucket(o.reminded_minutes, ${[...delaysMinutes]}::int[]), o.reminders_sent)`;
  return Prisma.sql`${behind} AND o.created_at <= (${[...latestMade]}::timestamptz[])[${passed} + 1]`;
}

/** Notes the steps and queues their messages, in the transaction that locked the orders; answers how many were new. */
export async function writeReminders(tx: Db | Tx, reminders: readonly DecidedReminder[], at: Date): Promise<number> {
  const rows = reminders.map(({ orderId, step, delayMinutes, message }) => ({
    orderId,
    step,
    delayMinutes,
    businessKey: message.businessKey,
    customerId: message.customerId,
    variant: message.variant ?? null,
    content: asStorable(message.content),
  }));
  return tx.$executeRaw`
    WITH decided AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS d ("orderId" uuid, step int, "delayMinutes" int, "businessKey" text, "customerId" uuid, variant text, content jsonb)
    ), claimed AS (
      UPDATE orders o SET reminders_sent = d.step, reminded_minutes = d."delayMinutes" FROM decided d
      WHERE o.id = d."orderId" AND o.status = 'pending_payment' AND o.reminders_sent < d.step
      RETURNING o.id
    ), audited AS (
      INSERT INTO audit_entries (actor, action, subject, details, created_at)
      SELECT 'system', 'order.reminded', 'order:' || d."orderId", jsonb_build_object('step', d.step), ${at}::timestamptz
      FROM decided d JOIN claimed ON claimed.id = d."orderId"
    )
    INSERT INTO outbound_messages (business_key, customer_id, conversation_id, order_id, variant, content, created_at)
    SELECT d."businessKey", d."customerId", v.id, d."orderId", d.variant, d.content, ${at}::timestamptz
    FROM decided d JOIN claimed ON claimed.id = d."orderId" JOIN conversations v ON v.customer_id = d."customerId"
    ON CONFLICT (business_key) DO NOTHING`;
}
