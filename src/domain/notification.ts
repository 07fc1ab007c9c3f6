/** What the team is told, each with a title and a text per language in prompts/team. */
export const TEAM_NOTICES = [
  'dispute_opened',
  'dispute_closed',
  'fraud_warning',
  'review',
  'refund_failed',
  'event_failed',
  'webhooks_missed',
  'ledger_differs',
  'work_stuck',
] as const;
export type TeamNoticeKind = (typeof TEAM_NOTICES)[number];

/** A notice to the team: facts only; words, links and amounts are rendered when it leaves. */
export type TeamNotice = {
  kind: TeamNoticeKind;
  orderNumber?: string;
  money?: { amountMinor: number; currency: string };
  /**
   * What else its text names. webhooks_missed: count. ledger_differs: day, count, details (lines of codes, nothing to
   * translate). work_stuck: work (domain/stuck-work.ts), count.
   */
  values?: Record<string, string | number>;
};

/** What one row of the notifications table carries. */
export type NotificationContent =
  | { to: 'team'; notice: TeamNotice }
  /** The confirmation of a paid order, to the address its customer gave. */
  | { to: 'customer'; email: string; kind: 'receipt' };
