import type { Locale } from './locale.ts';
import { type OutboundContent, templateVariable } from './outbound-message.ts';
import type { Texts } from './texts.ts';

/** What staff send where the window is closed: it asks the customer to write, who thereby opens it. */
export const inviteBackMessage = (texts: Texts, locale: Locale, shopName: string): OutboundContent => ({
  body: texts(locale, 'invite_back', { shopName }),
  template: { key: 'invite_back', locale, variables: { 1: templateVariable(shopName) } },
});

/** One invitation waits for an answer: another would be a push. */
export const isInvited = (facts: { lastInviteAt: Date | null; lastInboundAt: Date | null }): boolean =>
  facts.lastInviteAt !== null && (facts.lastInboundAt === null || facts.lastInboundAt < facts.lastInviteAt);
