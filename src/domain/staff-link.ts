import { createHash } from 'node:crypto';

export type StaffLinkPurpose = 'invite' | 'reset';

/** How long a link that lets someone choose a password is good for. */
export const LINK_HOURS: Record<StaffLinkPurpose, number> = { invite: 72, reset: 1 };

/** How soon a mail with a link for a new password may be asked for again. */
export const ASKED_AGAIN_MS = 5 * 60_000;

/** What is kept of a link's token: 32 random bytes need no salt, and who reads the table can open no account. */
export const linkTokenHash = (token: string): string => createHash('sha256').update(token).digest('base64url');

export const linkAddress = (publicUrl: string, token: string): string => `${publicUrl}/staff/link/${token}`;
