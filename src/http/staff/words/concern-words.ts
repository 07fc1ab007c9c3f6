import type { ConcernKind } from '../../../domain/concern.ts';
import type { Locale } from '../../../domain/locale.ts';
import { en } from './concern-words-en.ts';
import { es } from './concern-words-es.ts';
import { fr } from './concern-words-fr.ts';

/** What a form of the page came to. */
export type ConcernOutcome =
  | { kind: 'messages_sent' | 'events_replayed'; count: number }
  | { kind: 'settled' | 'notification_sent' | 'gone' };

export type ConcernWords = {
  needsYou: string;
  nothing: string;
  /** Before a date. */
  since: string;
  /** The heading of each kind, and what to do about it. */
  kinds: Record<ConcernKind, { title: string; todo: string }>;
  /** When not all are listed. */
  shownOf: (shown: number, count: string) => string;
  /** Messages by what their business key begins with, templates by their key; both with dashes. */
  messages: Record<string, string>;
  otherMessage: string;
  noDueDate: string;
  works: Record<'payment_events' | 'notifications' | 'leases', string>;
  notices: Record<'slack_team' | 'email_team' | 'email_customer' | 'email_staff', string>;
  /** Twilio's approval status. */
  approvals: Record<string, string>;
  modelPaused: string;
  modelSpent: (amount: string) => string;
  differences: (count: number) => string;
  left: (left: number, sold: number) => string;
  sendAgain: string;
  sendAllAgain: string;
  settle: string;
  replayAll: string;
  openConversation: string;
  outcomes: {
    messages_sent: (count: number) => string;
    events_replayed: (count: number) => string;
    settled: string;
    notification_sent: string;
    gone: string;
  };
};

export const CONCERN_WORDS: Record<Locale, ConcernWords> = { fr, en, es };

/** A message or template in words; of those we have none for, what all are. */
export const wordOfMessage = ({ messages, otherMessage }: ConcernWords, kind: string): string => {
  const name = kind.replaceAll('_', '-');
  return (Object.hasOwn(messages, name) && messages[name]) || otherMessage;
};
