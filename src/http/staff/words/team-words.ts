import type { Locale } from '../../../domain/locale.ts';
import type { StaffLinkPurpose } from '../../../domain/staff-link.ts';
import type { StaffRole } from '../../../domain/staff-role.ts';
import { en } from './team-words-en.ts';
import { es } from './team-words-es.ts';
import { fr } from './team-words-fr.ts';

/** What a form of the team's page came to, when it made no link. */
export type TeamOutcome =
  | 'changed'
  | 'unchanged'
  | 'unknown'
  | 'last_manager'
  | 'not_a_manager'
  | 'works_here'
  | 'not_filled'
  | 'wrong_password'
  | 'too_many_tries';

export type TeamWords = {
  team: string;
  name: string;
  role: string;
  roles: Record<StaffRole, string>;
  you: string;
  /** Before a date, or `never`. */
  lastSeen: string;
  never: string;
  change: string;
  makeRole: Record<StaffRole, string>;
  resetLink: string;
  /** A tag beside who has one. */
  secondFactor: string;
  stopSecondFactor: string;
  removeWarning: string;
  yourPassword: string;
  remove: string;
  invited: string;
  /** Before the date until which an invitation is good. */
  until: string;
  withdraw: string;
  invite: string;
  inviteButton: string;
  mailed: string;
  notMailed: string;
  linkOnce: string;
  outcomes: Record<TeamOutcome, string>;
  /** For who cannot sign in. */
  forgot: { title: string; text: string; submit: string; sent: string; askManager: string };
  /** Where a link leads. */
  link: {
    title: Record<StaffLinkPurpose, string>;
    password: string;
    rule: string;
    submit: string;
    too_short: string;
    too_long: string;
    too_common: string;
    no_name: string;
    deadTitle: string;
    deadText: string;
  };
};

export const TEAM_WORDS: Record<Locale, TeamWords> = { fr, en, es };
