import { createHash } from 'node:crypto';
import type { Button } from './outbound-message.ts';

/** `buttons`: titles of quick replies, in the order of the message's own buttons. Meta takes no faces in them, nor variables. */
export type TemplateWording = { body: string; examples: string[]; buttons?: string[] };

type Submitted = { body: string; mediaUrl?: string | undefined; buttons?: Button[] | undefined };

/** Identifies a template's wording: another text, picture or button asks for a new approval. */
export function templateDigest({ body, mediaUrl, buttons }: Submitted): string {
  return createHash('sha256')
    .update(JSON.stringify([body, mediaUrl ?? null, ...(buttons ? [buttons] : [])]))
    .digest('hex')
    .slice(0, 16);
}

/**
 * A template's buttons are approved once, for all messages: their ids say which of its buttons was tapped, and the message they
 * stand under says what that one asks for.
 */
export const templateButtons = (titles: readonly string[]): Button[] =>
  titles.map((title, index) => ({ id: `template-button:${index + 1}`, title }));

/** What the tapped button of a template asks for: the id of the same button of its message. Undefined for any other payload. */
export function buttonBehind(payload: string, own: readonly Button[] | undefined): string | undefined {
  const [, position] = /^template-button:([1-9])$/.exec(payload) ?? [];
  return position === undefined ? undefined : own?.[Number(position) - 1]?.id;
}

export const isTemplateButton = (payload: string): boolean => payload.startsWith('template-button:');
