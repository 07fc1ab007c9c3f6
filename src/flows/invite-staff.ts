import { randomBytes, randomUUID } from 'node:crypto';
import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { dropInvite, hasResetLinkSince, keepLink } from '../db/staff-links.ts';
import { findMember, lockManagers, lockMember } from '../db/staff-members.ts';
import { transact } from '../db/transact.ts';
import { describeError } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import { ASKED_AGAIN_MS, LINK_HOURS, linkAddress, linkTokenHash, type StaffLinkPurpose } from '../domain/staff-link.ts';
import { staffLinkMail } from '../domain/staff-link-mail.ts';
import { type StaffRole, staffRole } from '../domain/staff-role.ts';
import type { Clock, Log, Mailer } from '../ports.ts';

type Needs = {
  db: Db;
  clock: Clock;
  log: Log;
  publicUrl: string;
  /** Null where SMTP_URL is not set. */
  mailer: Mailer | null;
  shop: { name: string };
};
type Person = { email: string; name: string; role: StaffRole };

/** The link is told once, here: only a digest of it is kept. `wasMailed`: the mail server took it. */
export type LinkMade = { kind: 'made'; link: string; wasMailed: boolean };
export type InviteResult = LinkMade | { kind: 'works_here' | 'not_a_manager' };

/** Invites someone to choose a password, for three days; another invitation to the same address ends this one. */
export async function inviteStaff(
  needs: Needs,
  invite: Person & { by: string; locale: Locale },
): Promise<InviteResult> {
  const { by, locale } = invite;
  const person = { email: invite.email.trim().toLowerCase(), name: invite.name.trim(), role: invite.role };
  const at = needs.clock.now();
  const token = newToken();
  const refused = await transact(needs.db, async (tx) => {
    if (!(await lockManagers(tx)).includes(by)) return 'not_a_manager' as const;
    const known = await findMember(tx, { email: person.email });
    if (known && !known.removedAt) return 'works_here' as const;
    await keepToken(tx, { ...person, purpose: 'invite', token, createdBy: by, at });
    const details = { name: person.name, role: person.role };
    await writeAudit(tx, { actor: `staff:${by}`, action: 'staff.invited', subject: 'staff:new', details, at });
  });
  return refused ? { kind: refused } : sendLink(needs, { ...person, purpose: 'invite', token, locale });
}

/** Withdraws an invitation nobody followed. */
export function withdrawInvite(
  needs: Pick<Needs, 'db' | 'clock'>,
  wish: { email: string; by: string },
): Promise<{ kind: 'changed' | 'unknown' | 'not_a_manager' }> {
  return transact(needs.db, async (tx) => {
    if (!(await lockManagers(tx)).includes(wish.by)) return { kind: 'not_a_manager' };
    if (!(await dropInvite(tx, wish.email))) return { kind: 'unknown' };
    const entry = { actor: `staff:${wish.by}`, action: 'staff.invite_withdrawn', subject: 'staff:new' } as const;
    await writeAudit(tx, { ...entry, at: needs.clock.now() });
    return { kind: 'changed' };
  });
}

/** A link for someone who forgot the password, made by a manager and good for an hour. */
export async function makeResetLink(
  needs: Needs,
  wish: { memberId: string; by: string; locale: Locale },
): Promise<LinkMade | { kind: 'unknown' | 'not_a_manager' }> {
  const { memberId, by, locale } = wish;
  const at = needs.clock.now();
  const token = newToken();
  const found = await transact(needs.db, async (tx) => {
    if (!(await lockManagers(tx)).includes(by)) return 'not_a_manager' as const;
    const member = await findMember(tx, { id: memberId });
    if (!member || member.removedAt) return 'unknown' as const;
    const person = { email: member.email, name: member.name, role: staffRole(member.role) };
    await keepToken(tx, { ...person, purpose: 'reset', token, createdBy: by, at });
    const entry = { actor: `staff:${by}`, action: 'staff.reset_link_made', subject: `staff:${memberId}` } as const;
    await writeAudit(tx, { ...entry, at });
    return person;
  });
  if (typeof found === 'string') return { kind: found };
  return sendLink(needs, { ...found, purpose: 'reset', token, locale });
}

/**
 * Mails a link for a new password to whoever works here under this address, once in five minutes: anybody may ask. A link
 * that a manager made stays as good as it was. How long this takes tells whether someone works here: nobody may wait for it.
 */
export async function askForReset(needs: Needs, wish: { email: string; locale: Locale }): Promise<void> {
  const at = needs.clock.now();
  const token = newToken();
  const person = await transact(needs.db, async (tx) => {
    const member = await findMember(tx, { email: wish.email.trim().toLowerCase() });
    if (!member || member.removedAt) return undefined;
    await lockMember(tx, member.id);
    if (await hasResetLinkSince(tx, member.email, new Date(at.getTime() - ASKED_AGAIN_MS))) return undefined;
    const found = { email: member.email, name: member.name, role: staffRole(member.role) };
    await keepToken(tx, { ...found, purpose: 'reset', token, createdBy: null, at });
    await writeAudit(tx, { actor: 'system', action: 'staff.reset_asked', subject: `staff:${member.id}`, at });
    return found;
  });
  if (person) await sendLink(needs, { ...person, purpose: 'reset', token, locale: wish.locale });
}

const newToken = () => randomBytes(32).toString('base64url');

function keepToken(
  tx: Tx,
  { token, at, ...link }: Person & { purpose: StaffLinkPurpose; token: string; createdBy: string | null; at: Date },
): Promise<void> {
  const expiresAt = new Date(at.getTime() + LINK_HOURS[link.purpose] * 3600_000);
  return keepLink(tx, { ...link, tokenHash: linkTokenHash(token), createdAt: at, expiresAt });
}

/**
 * Mailed at once and not through the notifications' queue, which would keep the token. A mail that does not leave is no
 * fault: the link is shown to the manager.
 */
async function sendLink(
  { mailer, log, publicUrl, shop }: Needs,
  to: Person & { purpose: StaffLinkPurpose; token: string; locale: Locale },
): Promise<LinkMade> {
  const { email, name, locale, purpose } = to;
  const link = linkAddress(publicUrl, to.token);
  const words = staffLinkMail(locale, purpose, { name, shopName: shop.name, link });
  try {
    await mailer?.send({ id: randomUUID(), to: [email], ...words });
    return { kind: 'made', link, wasMailed: mailer !== null };
  } catch (error) {
    log.warn({ purpose, error: describeError(error) }, 'a link for staff was not mailed');
    return { kind: 'made', link, wasMailed: false };
  }
}
