import type { AUDIT_ACTIONS, AuditAction, AuditGroup, KnownAction } from '../../../domain/audit.ts';
import type { Locale } from '../../../domain/locale.ts';
import { en } from './audit-words-en.ts';
import { es } from './audit-words-es.ts';
import { fr } from './audit-words-fr.ts';
import { STAFF_WORDS, wordOfAction } from './staff-words.ts';

/** What the log tells beside orders, whose words stand in words.ts. */
type OtherAction = Exclude<(typeof AUDIT_ACTIONS)[AuditGroup][number], KnownAction>;

export type AuditWords = {
  title: string;
  person: string;
  everybody: string;
  /** After the name of somebody who left. */
  gone: string;
  action: string;
  everything: string;
  groups: Record<AuditGroup, string>;
  order: string;
  show: string;
  none: string;
  older: string;
  newest: string;
  aboutOrder: string;
  aboutConversation: string;
  aboutProduct: string;
  aboutImport: string;
  actions: Record<OtherAction, string>;
};

export const AUDIT_WORDS: Record<Locale, AuditWords> = { fr, en, es };

/** Any action of the log in words; one of Stripe's of tomorrow as it is. */
export const wordOfDeed = (locale: Locale, action: AuditAction): string =>
  AUDIT_WORDS[locale].actions[action as OtherAction] ?? wordOfAction(STAFF_WORDS[locale], action);
