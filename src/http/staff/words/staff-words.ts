import type { AuditAction, KnownAction } from '../../../domain/audit.ts';
import type { Locale } from '../../../domain/locale.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import type { NotCollectable } from '../../../flows/confirm-pickup.ts';
import { en } from './staff-words-en.ts';
import { es } from './staff-words-es.ts';
import { fr } from './staff-words-fr.ts';

export type StaffWords = {
  signIn: string;
  email: string;
  password: string;
  signInButton: string;
  wrongPassword: string;
  tooManyTries: string;
  signOut: string;
  menu: string;
  more: string;
  formExpired: string;
  formExpiredAdvice: string;
  startAgain: string;
  /** To staff who open what is for managers. */
  managersOnly: { title: string; text: string };
  orders: string;
  search: string;
  noName: string;
  order: string;
  for: string;
  phone: string;
  location: string;
  total: string;
  paidAt: string;
  createdAt: string;
  timeline: string;
  collectedBy: string;
  toFetch: string;
  collect: string;
  paidTitle: string;
  paidText: string;
  collectedTitle: string;
  collectedText: string;
  alreadyTitle: string;
  /** Before the date and the person's name. */
  at: string;
  by: string;
  unknownTitle: string;
  unknownText: string;
  allOrders: string;
  scan: {
    scan: string;
    title: string;
    /** Says what the camera is for, before and while it looks. */
    hint: string;
    start: string;
    cameraRefused: string;
    looking: string;
    offline: string;
    typeNumber: string;
    show: string;
    counter: string;
    anyCounter: string;
    next: string;
    slot: string;
    elsewhereTitle: string;
    /** Before the name of the location where the order waits. */
    elsewhereText: string;
  };
  disputedTag: string;
  reviewTag: string;
  status: Record<OrderStatus, string>;
  refused: Record<NotCollectable, { title: string; text: string }>;
  /** What the audit log tells of an order, in its history. */
  actions: Record<KnownAction, string>;
};

export const STAFF_WORDS: Record<Locale, StaffWords> = { fr, en, es };

/** An action of the audit log in words; one we have no words for is shown as it is. */
export const wordOfAction = ({ actions }: StaffWords, action: AuditAction): string =>
  actions[action as KnownAction] ?? action;
