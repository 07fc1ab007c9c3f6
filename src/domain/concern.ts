import type { OrderStatus } from './order.ts';
import { COLLECTABLE } from './order.ts';
import type { StaffRole } from './staff-role.ts';

/** What needs a person of the shop, the most pressing kind first. */
export const CONCERN_KINDS = [
  /** Disputes that wait for the shop's answer. */
  'dispute',
  /** Customers whose last message is for a person. */
  'person_waiting',
  /** Money a manager must decide on. */
  'review',
  /** Stripe's events that were given up. */
  'event_failed',
  /** Refunds that Stripe has refused so far, or has not taken for an hour. */
  'refund_stuck',
  /** Orders without a payment link after ten minutes. */
  'checkout_stuck',
  /** Orders cancelled because Stripe could not make their link, until their customer orders again. */
  'checkout_given_up',
  /** Orders whose payment link is over and that are neither paid nor expired a quarter of an hour later. */
  'link_stuck',
  /** What is stuck as a whole: domain/stuck-work.ts. */
  'work_stuck',
  /** Days on which Stripe's books and ours differ. */
  'ledger_differs',
  /** Messages that did not reach their customer. */
  'message_failed',
  'model_paused',
  'model_budget_spent',
  'notification_failed',
  /** Wordings that WhatsApp does not let the shop use. */
  'template',
  /** What sells and is running out. */
  'stock_low',
] as const;
export type ConcernKind = (typeof CONCERN_KINDS)[number];

/** What anyone at the counter can do something about; the rest is money, keys and wordings. */
const FOR_ALL_STAFF: readonly ConcernKind[] = [
  'person_waiting',
  'checkout_stuck',
  'checkout_given_up',
  'link_stuck',
  'message_failed',
  'stock_low',
];

export const concernsOf = (role: StaffRole): readonly ConcernKind[] =>
  role === 'manager' ? CONCERN_KINDS : CONCERN_KINDS.filter((kind) => FOR_ALL_STAFF.includes(kind));

/** How many of each kind there are, counted up to `MOST_COUNTED`. */
export type ConcernCounts = Record<ConcernKind, number>;
export const MOST_COUNTED = 100;

/** How many things need somebody of this role. */
export const countFor = (counts: ConcernCounts, role: StaffRole): number =>
  concernsOf(role).reduce((sum, kind) => sum + counts[kind], 0);

/** A number in a badge; what nobody counts any more is a lot. */
export const badgeText = (count: number): string =>
  count >= MOST_COUNTED ? `${MOST_COUNTED - 1}+` : count > 0 ? String(count) : '';

/**
 * So few left of a product at one place that somebody should know, if it sells; the trigger note_low_stock has the same
 * number (a test holds them together).
 */
export const FEW_LEFT = 2;
/** It sells: something of it was sold there so lately. What nobody buys needs nobody. */
export const SELLS_DAYS = 30;
/** What failed longer ago is history: it stands on its order's page. */
export const FAILED_DAYS = 7;
/** WhatsApp decides on a wording within two days. */
export const APPROVAL_HOURS = 48;
/** A pause of seconds mends itself. */
export const MODEL_DOWN_MINUTES = 2;
/** How long a link may be over before somebody should wonder: the sweep that closes it runs every minute. */
export const LINK_OVER_MINUTES = 15;

/**
 * In which states of its order somebody should see to a message that did not arrive, by what its business key begins with.
 * None: nobody waits for it. Messages that are not named matter whatever became of the order.
 */
export const FAILURE_MATTERS_WHILE: Readonly<Record<string, readonly OrderStatus[]>> = {
  reminder: [],
  review: [],
  expired: [],
  collected: [],
  processing: ['pending_payment'],
  'payment-link': ['pending_payment'],
  'payment-link-again': ['pending_payment'],
  'payment-failed': ['pending_payment'],
  'action-required': ['pending_payment'],
  'thank-you': COLLECTABLE,
  'code-again': COLLECTABLE,
  ready: ['ready'],
};

/** What no notice of its own tells the team: told together, when there is more of it. */
export const TOLD_TOGETHER = [
  'event_failed',
  'checkout_given_up',
  'message_failed',
  'link_stuck',
  'template',
  'notification_failed',
  'stock_low',
] as const satisfies readonly ConcernKind[];
export type ToldTogether = (typeof TOLD_TOGETHER)[number];
/** By kind, what each concern is about: an id. */
export type Subjects = Record<ToldTogether, readonly string[]>;

/** The team is told so often at most, however fast the list grows. */
export const TELL_EVERY_MINUTES = 60;

/**
 * Whether the team is told that the list has grown: when something stands on it that it was not told of, and the last telling is
 * an hour old. What waits for the hour is told then, together, if it is still there. What left the list is news again when
 * it comes back. `told` is what to remember.
 */
export function decideTelling(input: { told: Partial<Subjects>; toldAt: Date | null; open: Subjects; now: Date }): {
  news: Record<ToldTogether, number> | null;
  told: Subjects;
} {
  const { told, toldAt, open, now } = input;
  const each = <T>(of: (kind: ToldTogether) => T) =>
    Object.fromEntries(TOLD_TOGETHER.map((kind) => [kind, of(kind)])) as Record<ToldTogether, T>;
  const known = each((kind) => new Set(told[kind] ?? []));
  const news = each((kind) => open[kind].filter((subject) => !known[kind].has(subject)).length);
  const isTime = toldAt === null || now.getTime() - toldAt.getTime() >= TELL_EVERY_MINUTES * 60_000;
  const hasGrown = TOLD_TOGETHER.some((kind) => news[kind] > 0);
  if (hasGrown && isTime) return { news, told: open };
  return { news: null, told: each((kind) => open[kind].filter((subject) => known[kind].has(subject))) };
}
