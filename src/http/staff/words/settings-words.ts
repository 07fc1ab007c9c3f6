import type { Locale } from '../../../domain/locale.ts';
import type { ReminderTextProblem, ReminderVariable } from '../../../domain/reminder-text.ts';
import type { SavedSettings } from '../../../domain/shop-settings.ts';
import { en } from './settings-words-en.ts';
import { es } from './settings-words-es.ts';
import { fr } from './settings-words-fr.ts';

/** What a form of the settings came to. */
export type SettingsOutcome = 'saved' | 'unchanged' | 'stale' | 'unknown' | 'open_orders' | 'last_place' | 'not_filled';

export type SettingsWords = {
  settings: string;
  sections: { shop: string; reminders: string; places: string };
  fields: Record<keyof SavedSettings, string>;
  save: string;
  /** Takes a section back to what the environment says. */
  reset: string;
  fixed(currency: string, timezone: string): string;
  hoursHint: string;
  readAs: string;
  closedDaysHint: string;
  addDay: string;
  languageNames: Record<Locale, string>;
  localesHint: string;
  toneHint: string;
  remindersHint: string;
  step(number: number): string;
  newStep: string;
  after: string;
  hours: string;
  minutes: string;
  ownTexts: string;
  variables: Record<ReminderVariable, string>;
  variablesIntro: string;
  textIn(language: string): string;
  emptyIsOurs: string;
  secondTexts: string;
  secondTextsHint: string;
  emptyIsNone: string;
  outsideWindow: string;
  preview: string;
  previewTitle: string;
  quietHint: string;
  from: string;
  to: string;
  place: { name: string; address: string; hours: string; closed: string; open: string; close: string; add: string };
  placesHint: string;
  outcomes: Record<SettingsOutcome, string>;
  wrong(fields: string): string;
  textProblem(problem: ReminderTextProblem): string;
};

export const SETTINGS_WORDS: Record<Locale, SettingsWords> = { fr, en, es };
