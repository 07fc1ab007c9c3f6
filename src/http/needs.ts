import type { Locale } from '../domain/locale.ts';
import type { OrderStatus } from '../domain/order.ts';
import type { Clock, Log, MessengerWebhook, QrCode, StaffAccounts, StaffIdentity, VerifiedEvent } from '../ports.ts';

/** Everything the web asks of the rest, as plain functions: compose.ts binds them, tests pass their own. */

export type Shop = {
  name: string;
  address: string;
  hours: string;
  timezone: string;
  locale: Locale;
  currency: string;
  /** Where "Return to WhatsApp" leads (https://wa.me/590690000001, or the sandbox's chat). Absent: words only. */
  chatUrl?: string;
};

export type OrderLine = { label: string; quantity: number; sku: string };

export type PickupView = {
  orderId: string;
  orderNumber: string;
  status: OrderStatus;
  disputed: boolean;
  /** Settlement found something a person must look at first: shown as not collectable. */
  inReview?: boolean;
  customerName: string | null;
  locationName: string;
  items: OrderLine[];
  totalMinor: number;
  currency: string;
  paidAt: Date | null;
  collectedAt: Date | null;
  /** The person's name. */
  collectedBy: string | null;
};

export type NotCollectable = 'unpaid' | 'expired' | 'cancelled' | 'refunded' | 'disputed' | 'review';
export type CollectResult =
  | { kind: 'collected'; view: PickupView }
  | { kind: 'already_collected'; view: PickupView }
  | { kind: 'not_collectable'; reason: NotCollectable; view: PickupView }
  | { kind: 'unknown' };

export type SessionState = {
  status: 'success' | 'pending' | 'error';
  /** In the customer's language. */
  message: string;
  /** Absent with `error` means that no such session is known (404). */
  orderNumber?: string;
  locale: Locale;
  /** The token is the customer's proof: it travels on WhatsApp only. */
  pickupToken?: never;
};

export type PaymentLink =
  | {
      kind: 'open';
      url: string;
      orderNumber: string;
      totalMinor: number;
      currency: string;
      expiresAt: Date;
      locale: Locale;
    }
  | { kind: 'closed'; orderNumber: string; status: OrderStatus; locale: Locale }
  | { kind: 'unknown' };

export type OrderRow = {
  id: string;
  number: string;
  status: OrderStatus;
  disputed: boolean;
  customerName: string | null;
  /** domain/phone.ts maskPhone; null when WhatsApp hid the number. */
  maskedPhone: string | null;
  totalMinor: number;
  currency: string;
  createdAt: Date;
  items: OrderLine[];
};
export type OrderDetail = OrderRow & {
  locationName: string;
  collectedBy: string | null;
  /** Oldest first. `what` is one of staff/words.ts's timeline keys (created, paid ...) or a sentence shown as it is. */
  timeline: { at: Date; what: string }[];
};
export type OrderFilter = { status?: OrderStatus; query?: string; limit: number };

export const SWEEP_NAMES = [
  'payment-reminders',
  'expire-checkouts',
  'clean-expired-carts',
  'request-reviews',
  'reconcile-payments',
] as const;
export type SweepName = (typeof SWEEP_NAMES)[number];

export type DeliveryReport = { outboundId: string; status: string; sid: string; errorCode: number | null };

export type AppNeeds = {
  /** The address vendors and customers use, e.g. https://shop.example; signatures are checked against it. */
  publicUrl: string;
  cronSecret: string;
  /** Keys the tokens in staff forms. */
  csrfSecret: string;
  shop: Shop;
  log: Log;
  clock: Clock;
  webhook: MessengerWebhook;
  accounts: StaffAccounts;
  qr: QrCode;

  receiveMessage(
    fields: Record<string, string>,
  ): Promise<{ kind: 'stored' | 'duplicate' } | { kind: 'unusable'; reason: string }>;
  recordDelivery(report: DeliveryReport): Promise<void>;

  verifyPaymentEvent(rawBody: Buffer, signature: string): VerifiedEvent | undefined;
  receivePaymentEvent(event: VerifiedEvent): Promise<'stored' | 'duplicate'>;
  verifySession(sessionId: string): Promise<SessionState>;
  paymentLinkFor(orderId: string): Promise<PaymentLink>;

  showPickup(token: string): Promise<PickupView | undefined>;
  collectPickup(request: { token: string; staff: StaffIdentity }): Promise<CollectResult>;
  /** False for an unknown or expired token. */
  pickupQrIsServed(token: string): Promise<boolean>;

  listOrders(filter: OrderFilter): Promise<OrderRow[]>;
  showOrder(orderId: string): Promise<OrderDetail | undefined>;

  sweeps: Record<SweepName, () => Promise<{ processed: number }>>;
  isReady(): Promise<{ ok: boolean; checks: Record<string, string> }>;
  metrics(): Promise<{ contentType: string; body: string }>;
};
