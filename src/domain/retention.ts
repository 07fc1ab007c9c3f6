// How long what people said, and what is known of them, is kept: docs/privacy.md tells them, and a test compares the two.

/** In days; what each is, and why for so long. */
export const KEPT_DAYS = {
  /** Every field Twilio sent with a message: what is needed of it is in columns; the rest helps while a delivery is in question. */
  rawMessages: 90,
  /** What was said, by whom the bot was asked what, and mails that left: a year, for who asks what was agreed last season. */
  words: 365,
  /** Stripe's events as they came: a bank may ask about a payment for 120 days, and its answer takes weeks. */
  stripeBodies: 180,
  /** A customer of whom nothing was heard, and whose last order is as long over: three years, as the CNIL advises. */
  silentCustomers: 3 * 365,
  /** Who of the staff did what, but for orders and money: as long as somebody may be asked to account for it. */
  staffDeeds: 3 * 365,
  /** Log-ins, invitations, failed jobs: over, and looked at when something was odd. */
  leftovers: 30,
  /** A catalogue file nobody said yes to: the stock it counted is another one by now. */
  undecidedImports: 30,
  /** What a customer said about messages, as a hash, after they were forgotten: five years to complain in (Code civil, article 2224). */
  consentOfForgotten: 5 * 365,
} as const;
export type Kept = keyof typeof KEPT_DAYS;

/** From before when it goes. */
export const keptSince = (what: Kept, now: Date): Date => new Date(now.getTime() - KEPT_DAYS[what] * 24 * 3600_000);
