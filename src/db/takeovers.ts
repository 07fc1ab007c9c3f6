import { spokenName } from '../domain/spoken-name.ts';
import type { Db, Tx } from './client.ts';
import { notifyTeam } from './notifications.ts';

export type LockedConversation = {
  id: string;
  customerId: string;
  /** As the customer speaks; null until it was heard. */
  locale: string | null;
  lastInboundAt: Date | null;
  humanSince: Date | null;
  humanBy: string | null;
  staffLastAt: Date | null;
};

/** Whoever changes who has a conversation, and every turn at its commit, takes this lock first. */
export async function lockConversation(tx: Tx, id: string): Promise<LockedConversation | undefined> {
  const [row] = await tx.$queryRaw<LockedConversation[]>`
    SELECT v.id, v.customer_id AS "customerId", c.locale, c.last_inbound_at AS "lastInboundAt",
      v.human_since AS "humanSince", v.human_by AS "humanBy", v.staff_last_at AS "staffLastAt"
    FROM conversations v JOIN customers c ON c.id = v.customer_id
    WHERE v.id = ${id}::uuid FOR UPDATE OF v`;
  return row;
}

/**
 * Says who has a conversation from now on, and ends the claim of a turn that runs: it was thought out for another state,
 * so it writes nothing, and what it was to answer is looked at again at once (db/commit-turn.ts, the fencing token).
 */
export async function setTakeover(
  tx: Tx,
  conversationId: string,
  now: { humanSince: Date | null; humanBy: string | null; staffLastAt: Date | null },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE conversations SET human_since = ${now.humanSince}::timestamptz, human_by = ${now.humanBy}::text,
      staff_last_at = ${now.staffLastAt}::timestamptz,
      claim_token = claim_token + 1, claimed_until = NULL, failed_turns = 0
    WHERE id = ${conversationId}::uuid`;
}

export type Invitee = {
  locale: string | null;
  optedOut: boolean;
  lastInboundAt: Date | null;
  /** When a person last asked them to write again; one that did not arrive is none. */
  lastInviteAt: Date | null;
};

/** Whom an invitation to write again would go to. */
export async function findInvitee(db: Db | Tx, conversationId: string): Promise<Invitee> {
  const [row] = await db.$queryRaw<Invitee[]>`
    SELECT c.locale, c.opted_out_at IS NOT NULL AS "optedOut", c.last_inbound_at AS "lastInboundAt",
      (SELECT created_at FROM outbound_messages WHERE conversation_id = v.id AND content->'template'->>'key' = 'invite_back'
        AND status NOT IN ('failed', 'undelivered', 'superseded') ORDER BY seq DESC LIMIT 1) AS "lastInviteAt"
    FROM conversations v JOIN customers c ON c.id = v.customer_id WHERE v.id = ${conversationId}::uuid`;
  return row ?? { locale: null, optedOut: true, lastInboundAt: null, lastInviteAt: null };
}

/** Whether a message with this key was written before. */
export async function hasMessage(tx: Tx, businessKey: string): Promise<boolean> {
  return (await tx.outboundMessage.count({ where: { businessKey } })) > 0;
}

/** Tells the team that a customer waits for a person, once for each call: by first name only. */
export async function tellHumanCalled(
  tx: Tx,
  call: {
    conversationId: string;
    customer: { firstName: string | null; profileName: string | null };
    humanSince: Date;
  },
): Promise<void> {
  const { conversationId, customer, humanSince } = call;
  const firstName = customer.firstName ?? spokenName(customer.profileName);
  await notifyTeam(tx, {
    kind: 'human_called',
    values: { conversationId, ...(firstName && { firstName }) },
    key: `human-called:${conversationId}:${humanSince.getTime()}`,
    at: humanSince,
  });
}
