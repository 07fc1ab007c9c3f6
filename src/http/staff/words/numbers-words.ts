import type { Locale } from '../../../domain/locale.ts';
import type { Grain } from '../../../domain/numbers.ts';
import { NUMBERS_EN } from './numbers-words-en.ts';
import { NUMBERS_ES } from './numbers-words-es.ts';
import { NUMBERS_FR } from './numbers-words-fr.ts';

export const SECTIONS = [
  ...(['sales', 'products', 'outcomes', 'steps', 'reminders', 'again', 'link', 'webhook', 'pending'] as const),
  ...(['failures', 'codes', 'model'] as const),
] as const;
export type SectionKey = (typeof SECTIONS)[number];

export type ColumnKey =
  | 'orders'
  | 'amount'
  | 'pieces'
  | 'placed'
  | 'paid'
  | 'expired'
  | 'cancelled'
  | 'open'
  | 'expiredShare'
  | 'sent'
  | 'paidAfter'
  | 'paidShare'
  | 'thanked'
  | 'again'
  | 'againShare'
  | 'median'
  | 'p90'
  | 'delayMedian'
  | 'delayP90'
  | 'sessions'
  | 'pending'
  | 'pendingShare'
  | 'messages'
  | 'tokens'
  | 'cost'
  | 'tokensPerOrder'
  | 'costPerOrder';

export type NumbersWords = {
  numbers: string;
  by: string;
  grains: Record<Grain, string>;
  /** Head of the first column. */
  starts: Record<Grain, string>;
  /** Before the week's first day. */
  weekOf: string;
  /** Before a time. */
  countedAt: string;
  isCounted: string;
  isBeingCounted: string;
  nothing: string;
  nothingHere: string;
  older: string;
  newer: string;
  csv: string;
  table: string;
  total: string;
  product: string;
  /** Before a number. */
  step: string;
  variant: string;
  code: string;
  unknownCode: string;
  /** How many are not shown. */
  more: (count: number) => string;
  /** What it is and exactly what is counted. */
  sections: Record<SectionKey, { title: string; meaning: string }>;
  columns: Record<ColumnKey, string>;
};

export const NUMBERS_WORDS: Record<Locale, NumbersWords> = { fr: NUMBERS_FR, en: NUMBERS_EN, es: NUMBERS_ES };
