import type { DailyReport } from './daily-report.ts';

/** By which what the team is told leaves; a customer's receipt is a mail. */
export const NOTIFICATION_CHANNELS = ['slack', 'email'] as const;
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number];

/** What the team is told, each with a title and a text per language in prompts/team. */
export const TEAM_NOTICES = [
  'dispute_opened',
  'dispute_closed',
  'fraud_warning',
  'review',
  'refund_failed',
  'refund_refused',
  'webhooks_missed',
  'ledger_differs',
  'work_stuck',
  'human_called',
  'rated_low',
  'model_budget_spent',
  'model_down',
  'concerns_grew',
  'daily_report',
] as const;
export type TeamNoticeKind = (typeof TEAM_NOTICES)[number];

/** A notice to the team: facts only; words, links and amounts are rendered when it leaves. */
export type TeamNotice = {
  kind: TeamNoticeKind;
  orderNumber?: string;
  money?: { amountMinor: number; currency: string };
  /**
   * What else its text names: `reason` and `status` are Stripe's or ours, `dueBy` is an instant and `day` a day in ISO
   * 8601, `count` a number. `work` is of
   * domain/stuck-work.ts; `firstName` is a customer's, and `conversationId` leads to their conversation. `since` is an instant, and
   * the names of domain/concern.ts TOLD_TOGETHER count those. `details` and values of any other name stand among the text's details.
   */
  values?: Record<string, string | number>;
  /** Of the kind daily_report; `day` says which. */
  report?: DailyReport;
};

/** What a member of staff is told of their own account, by mail: words are in domain/staff-notice-mail.ts. */
export const STAFF_NOTICES = ['password_changed', 'second_factor_on', 'second_factor_off', 'backup_code_used'] as const;
export type StaffNotice = (typeof STAFF_NOTICES)[number];

/** What one row of the notifications table carries. */
export type NotificationContent =
  | { to: 'team'; notice: TeamNotice }
  /** `at`: ISO 8601. */
  | { to: 'staff'; staffId: string; kind: StaffNotice; at: string }
  /** The confirmation of a paid order, to the address its customer gave. */
  | { to: 'customer'; email: string; kind: 'receipt' };
