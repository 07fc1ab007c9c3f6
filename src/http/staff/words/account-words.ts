import type { Locale } from '../../../domain/locale.ts';
import type { PasswordProblem } from '../../../domain/password.ts';
import type { Done } from '../flash.ts';
import { en } from './account-words-en.ts';
import { es } from './account-words-es.ts';
import { fr } from './account-words-fr.ts';

/** Why a form about an account did nothing. */
export type AccountProblem =
  | PasswordProblem
  | 'password_differs'
  | 'wrong_password'
  | 'wrong_code'
  | 'start_again'
  | 'too_many_tries'
  | 'empty_name';

export type AccountWords = {
  account: string;
  back: string;
  copy: string;
  copied: string;
  name: string;
  save: string;
  changePassword: string;
  currentPassword: string;
  newPassword: string;
  passwordHint: string;
  again: string;
  changePasswordSubmit: string;
  othersSignedOut: string;
  sessions: string;
  thisDevice: string;
  unknownDevice: string;
  signedIn: string;
  lastUsed: string;
  signOutDevice: string;
  signOutOthers: string;
  signOutEverywhere: string;
  secondFactor: {
    title: string;
    on: string;
    off: string;
    about: string;
    managerHint: string;
    start: string;
    stop: string;
    stopWarning: string;
    scan: string;
    secret: string;
    codesTitle: string;
    codesText: string;
    code: string;
    confirm: string;
    cancel: string;
    startAgain: string;
  };
  signInCode: { title: string; text: string; code: string; submit: string; startAgain: string };
  problems: Record<AccountProblem, string>;
  done: Record<Done, string>;
};

export const ACCOUNT_WORDS: Record<Locale, AccountWords> = { fr, en, es };
