/** What the audit log can say of an order, beside what Stripe says of a refund or dispute in its own words. */
export const ORDER_ACTIONS = [
  'order.placed',
  'order.ready',
  'order.link_sent',
  'order.code_sent',
  'order.noted',
  'order.reminded',
  'order.expired',
  'order.cancelled',
  'order.revived',
  'order.collected',
  'order.rated',
  'checkout.given_up',
  'payment.action_required',
  'payment.failed',
  'payment.processing',
  'payment.failed_for_good',
  'payment.received',
  'payment.review',
  'payment.fraud_warning',
  'review.released',
  'stock.returned',
  'stock.not_returned',
  'event.replayed',
  'event.settled',
  'message.sent_again',
  'message.settled',
] as const;
export type OrderAction = (typeof ORDER_ACTIONS)[number];

/** https://docs.stripe.com/api/refunds/object#refund_object-status */
export const REFUND_ACTIONS = [
  'refund.requested',
  'refund.pending',
  'refund.requires_action',
  'refund.succeeded',
  'refund.failed',
  'refund.canceled',
] as const;

/** https://docs.stripe.com/api/disputes/object#dispute_object-status */
export const DISPUTE_ACTIONS = [
  'dispute.warning_needs_response',
  'dispute.warning_under_review',
  'dispute.warning_closed',
  'dispute.needs_response',
  'dispute.under_review',
  'dispute.won',
  'dispute.lost',
  'dispute.prevented',
] as const;

/** Who answered a customer: conversation:<id>. */
export const CONVERSATION_ACTIONS = [
  'conversation.taken_over',
  'conversation.answered',
  'conversation.returned',
  'conversation.invited',
] as const;
export type ConversationAction = (typeof CONVERSATION_ACTIONS)[number];

export const CUSTOMER_ACTIONS = ['customer.forgotten', 'customer.erase_asked', 'customer.exported'] as const;
export type CustomerAction = (typeof CUSTOMER_ACTIONS)[number];

/** Who works here: staff:<id>, or staff:new while they are invited. */
export const TEAM_ACTIONS = [
  'staff.invited',
  'staff.invite_withdrawn',
  'staff.joined',
  'staff.role_changed',
  'staff.removed',
  'staff.reset_link_made',
  'staff.reset_asked',
  'staff.password_reset',
  'staff.added',
  'staff.renamed',
  'staff.password_changed',
  'staff.second_factor_on',
  'staff.second_factor_off',
  'staff.signed_out_everywhere',
  'staff.signed_out_others',
  'staff.signed_out_device',
] as const;
export type TeamAction = (typeof TEAM_ACTIONS)[number];

/** Of the shop itself: `settings`, or a place where orders are fetched, location:<id>. */
export const SETTINGS_ACTIONS = [
  'settings.changed',
  'location.added',
  'location.changed',
  'location.closed',
  'location.opened',
] as const;
export type SettingsAction = (typeof SETTINGS_ACTIONS)[number];

/** Of the staff's list, as a whole: `orders`. */
export const LIST_ACTIONS = ['orders.exported'] as const;
export type ListAction = (typeof LIST_ACTIONS)[number];

/** Of a product: product:<id>, or an import: import:<id>. */
export const CATALOGUE_ACTIONS = [
  'product.created',
  'product.changed',
  'product.pictured',
  'stock.corrected',
  'stock.slot_changed',
  'catalogue.import_started',
  'catalogue.import_cancelled',
  'catalogue.imported',
] as const;
export type CatalogueAction = (typeof CATALOGUE_ACTIONS)[number];

/** Of a notice to the team or a mail to a customer: notification:<id>. */
export const NOTIFICATION_ACTIONS = ['notification.sent_again', 'notification.settled'] as const;
export type NotificationAction = (typeof NOTIFICATION_ACTIONS)[number];

/** Every action we know, as the log's page lets managers choose one: Stripe's of tomorrow are found without. */
export const AUDIT_ACTIONS = {
  orders: [...ORDER_ACTIONS, ...LIST_ACTIONS, ...REFUND_ACTIONS, ...DISPUTE_ACTIONS],
  conversations: CONVERSATION_ACTIONS,
  customers: CUSTOMER_ACTIONS,
  catalogue: CATALOGUE_ACTIONS,
  team: TEAM_ACTIONS,
  settings: SETTINGS_ACTIONS,
  notifications: NOTIFICATION_ACTIONS,
} as const satisfies Record<string, readonly AuditAction[]>;
export type AuditGroup = keyof typeof AUDIT_ACTIONS;

/** What goes when its time is over (domain/retention.ts): of orders and money nothing does, nor that somebody was forgotten. */
export const ENDING_ACTIONS: readonly AuditAction[] = [
  ...[...LIST_ACTIONS, ...CONVERSATION_ACTIONS, ...CATALOGUE_ACTIONS],
  ...[...TEAM_ACTIONS, ...SETTINGS_ACTIONS, ...NOTIFICATION_ACTIONS],
  ...CUSTOMER_ACTIONS.filter((action) => action !== 'customer.forgotten'),
];

/** Actions the staff's pages have words for. */
export type KnownAction = OrderAction | (typeof REFUND_ACTIONS)[number] | (typeof DISPUTE_ACTIONS)[number];

/** What is written: Stripe may add a status tomorrow, which is kept and shown as it is. */
export type AuditAction =
  | OrderAction
  | ConversationAction
  | CustomerAction
  | ListAction
  | CatalogueAction
  | NotificationAction
  | TeamAction
  | SettingsAction
  | `refund.${string}`
  | `dispute.${string}`;
