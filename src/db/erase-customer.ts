import { withoutPerson } from '../domain/personal-data.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { writeAudit } from './audit.ts';
import type { Db, Tx } from './client.ts';
import { hashConsent } from './consent-events.ts';
import { keepOptOut } from './forgotten-opt-outs.ts';
import { openForErasing } from './open-for-erasing.ts';
import { ORDER_IS_OPEN } from './open-orders.ts';
import { readPersonalData } from './personal-data.ts';
import { transact } from './transact.ts';

/** What the address of somebody who was forgotten begins with. */
export const FORGOTTEN = 'forgotten:';

type Forgotten = {
  customerId: string;
  conversationId: string;
  /** Of the turn that says goodbye; null when that was said long ago. */
  turnId: string | null;
  at: Date;
  /** domain/opt-out.ts */
  optOutKey: Uint8Array;
  /** Of who did not ask for it: nothing has been heard of them since. */
  silentSince?: Date;
};

/**
 * Takes a person out of the database, in the transaction of the turn that says goodbye if one does: names, addresses, words, files and
 * what Stripe knew of them. What was bought, when and for how much stays, as the law wants, and belongs to nobody any more. The
 * goodbye alone keeps its address until it has left (db/outbox.ts), and a STOP stays as a hash. An audit entry says that it was done.
 */
export async function eraseCustomer(tx: Tx, forgotten: Forgotten): Promise<void> {
  // First: what is written for them meanwhile waits for this lock, and finds nobody (db/outbox.ts, db/forgotten-events.ts).
  await tx.$executeRaw`SELECT 1 FROM customers WHERE id = ${forgotten.customerId}::uuid FOR UPDATE`;
  await openForErasing(tx);
  await keepOptOut(tx, forgotten.customerId, forgotten.optOutKey);
  await hashConsent(tx, forgotten.customerId, forgotten.optOutKey);
  await eraseWords(tx, forgotten);
  await eraseFromMoney(tx, forgotten);
  await eraseNotices(tx, forgotten);
  await eraseNotes(tx, forgotten.customerId);
  const { customerId, at } = forgotten;
  await tx.proposal.updateMany({ where: { status: 'open', cart: { customerId } }, data: { status: 'superseded' } });
  await tx.cart.updateMany({ where: { customerId, status: 'open' }, data: { status: 'abandoned' } });
  await tx.$executeRaw`
    UPDATE customers SET channel_address = ${FORGOTTEN} || id, phone = NULL, profile_name = NULL, first_name = NULL, email = NULL,
      locale = NULL, stripe_customer_id = NULL, erase_asked_at = NULL, opted_out_at = COALESCE(opted_out_at, ${at}::timestamptz)
    WHERE id = ${customerId}::uuid`;
  const subject = `customer:${customerId}`;
  await writeAudit(tx, {
    actor: forgotten.silentSince ? 'system' : subject,
    action: 'customer.forgotten',
    subject,
    at,
  });
}

/** Notes that somebody is to be erased, asked for by another way than their own chat; answers their conversation. */
export async function askToErase(
  db: Db,
  { customerId, actor, at }: { customerId: string; actor: string; at: Date },
): Promise<string> {
  return transact(db, async (tx) => {
    // Ends the claim of a turn that runs: its commit would take the wish back (db/commit-turn.ts). Who was imported may have none yet.
    await tx.$executeRaw`
      INSERT INTO conversations AS v (customer_id) VALUES (${customerId}::uuid)
      ON CONFLICT (customer_id) DO UPDATE SET claim_token = v.claim_token + 1, claimed_until = NULL`;
    await tx.customer.updateMany({ where: { id: customerId, eraseAskedAt: null }, data: { eraseAskedAt: at } });
    await writeAudit(tx, { actor, action: 'customer.erase_asked', subject: `customer:${customerId}`, at });
    return (await tx.conversation.findUniqueOrThrow({ where: { customerId } })).id;
  });
}

type WishToErase = { customerId: string; conversationId: string };

/**
 * Of a customer `c` with their conversation `v`: they asked for it, nothing waits to be answered or to leave, and they have not
 * written since `quietSince`, so that nobody is forgotten in the middle of a conversation.
 */
const isQuiet = (quietSince: Date) => Prisma.sql`
  c.erase_asked_at IS NOT NULL AND v.turn_due_at IS NULL AND (v.claimed_until IS NULL OR v.claimed_until < now())
  AND (c.last_inbound_at IS NULL OR c.last_inbound_at <= ${quietSince}::timestamptz)
  AND NOT EXISTS (SELECT 1 FROM outbound_messages m WHERE m.conversation_id = v.id AND m.status IN ('queued', 'sending'))`;

/** Those whose erasure waits, the longest first, while nobody talks with them. */
export async function customersToErase(db: Db, quietSince: Date): Promise<WishToErase[]> {
  return db.$queryRaw<WishToErase[]>`
    SELECT c.id AS "customerId", v.id AS "conversationId" FROM customers c JOIN conversations v ON v.customer_id = c.id
    WHERE ${isQuiet(quietSince)}
      AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND ${ORDER_IS_OPEN})
    ORDER BY c.erase_asked_at LIMIT 500`;
}

/**
 * Erases somebody who asked for it before, if nothing about them is open any more; false when something is, when they have written
 * since `quietSince`, or when something must still be said to them.
 */
export async function eraseWhenOver(
  db: Db,
  wish: WishToErase & Pick<Forgotten, 'at' | 'optOutKey'> & { quietSince: Date },
): Promise<boolean> {
  return transact(db, async (tx) => {
    const [free] = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM conversations v JOIN customers c ON c.id = v.customer_id
      WHERE v.id = ${wish.conversationId}::uuid AND ${isQuiet(wish.quietSince)}
      FOR UPDATE OF v, c SKIP LOCKED`;
    if (!free || (await readPersonalData(tx, wish.customerId)).openOrder !== null) return false;
    await eraseCustomer(tx, { ...wish, turnId: null });
    return true;
  });
}

async function eraseWords(tx: Tx, { customerId, conversationId, turnId }: Forgotten): Promise<void> {
  const address = `${FORGOTTEN}${customerId}`;
  // What came after the yes and was not read yet is theirs as well: nobody is left to answer.
  await tx.inboundMessage.updateMany({ where: { conversationId, turnId: null }, data: { turnId } });
  await tx.inboundMessage.updateMany({
    where: { conversationId },
    data: {
      channelAddress: address,
      phone: null,
      profileName: null,
      body: '',
      payload: null,
      fields: {},
      transcript: null,
    },
  });
  await tx.$executeRaw`
    UPDATE outbound_messages m SET to_address = c.channel_address FROM customers c
    WHERE c.id = m.customer_id AND m.conversation_id = ${conversationId}::uuid AND m.business_key LIKE ${`turn:${turnId ?? 'none'}:%`}`;
  await tx.$executeRaw`
    -- A worker that sends one just now loses its claim: it would write their words back, or send it again.
    UPDATE outbound_messages SET content = '{"body": ""}', last_error = NULL, claimed_until = NULL,
      claim_token = claim_token + CASE WHEN status = 'sending' THEN 1 ELSE 0 END,
      status = CASE WHEN status IN ('queued', 'sending', 'failed', 'undelivered') THEN 'superseded'::"OutboundStatus" ELSE status END
    WHERE conversation_id = ${conversationId}::uuid AND business_key NOT LIKE ${`turn:${turnId ?? 'none'}:%`}`;
  await tx.conversationTurn.updateMany({ where: { conversationId }, data: { toolCalls: [], error: null } });
  await tx.conversation.update({ where: { id: conversationId }, data: { focus: {}, summary: {}, turnDueAt: null } });
}

async function eraseFromMoney(tx: Tx, { customerId, silentSince }: Forgotten): Promise<void> {
  const attempts = await tx.paymentAttempt.findMany({ where: { order: { customerId } } });
  for (const { id, params } of attempts) {
    await tx.paymentAttempt.update({
      where: { id },
      data: { params: withoutPerson(params) as Prisma.InputJsonValue, url: null, lastError: null },
    });
  }
  await tx.payment.updateMany({ where: { attempt: { order: { customerId } } }, data: { receiptUrl: null } });
  const ids = attempts.flatMap(({ orderId, sessionId, paymentIntentId }) => [orderId, sessionId, paymentIntentId]);
  const known = ids.filter((id) => id !== null);
  // What belongs to no order yet, or never will, is looked for by its text, which takes long: by an index of its own, in those
  // alone. Of those long silent it is emptied (db/kept-records.ts), and what came late knows its order.
  const ofNoOrder = silentSince
    ? Prisma.empty
    : Prisma.sql`UNION ALL
      SELECT e.id, e.payload FROM payment_events e WHERE e.order_id IS NULL AND e.emptied_at IS NULL
        AND EXISTS (SELECT 1 FROM unnest(${known}::text[]) AS known(id) WHERE strpos(e.payload::text, known.id) > 0)`;
  const events = await tx.$queryRaw<{ id: string; payload: unknown }[]>`
    SELECT e.id, e.payload FROM payment_events e
    WHERE e.emptied_at IS NULL AND e.order_id = ANY(${attempts.map(({ orderId }) => orderId)}::uuid[]) ${ofNoOrder}`;
  for (const { id, payload } of events) {
    const kept = withoutPerson(payload) as Prisma.InputJsonValue;
    await tx.paymentEvent.update({ where: { id }, data: { payload: kept, lastError: null } });
  }
}

/** Mails to them, and the first name in what the team was told. */
async function eraseNotices(tx: Tx, { customerId, conversationId }: Forgotten): Promise<void> {
  await tx.$executeRaw`
    UPDATE notifications n SET content = jsonb_set(n.content, '{email}', '""'), last_error = NULL,
      status = CASE WHEN n.status = 'queued' THEN 'skipped'::"NotificationStatus" ELSE n.status END
    FROM orders o WHERE o.id = n.order_id AND o.customer_id = ${customerId}::uuid AND n.content->>'to' = 'customer'`;
  await tx.$executeRaw`
    UPDATE notifications SET content = content #- '{notice,values,firstName}'
    WHERE emptied_at IS NULL AND content #>> '{notice,values,conversationId}' = ${conversationId}`;
}

/** What staff wrote about their orders; who wrote something, and when, stays. */
async function eraseNotes(tx: Tx, customerId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE audit_entries SET details = details - 'note' WHERE details ? 'note'
      AND subject IN (SELECT 'order:' || id FROM orders WHERE customer_id = ${customerId}::uuid)`;
}
