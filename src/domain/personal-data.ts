import { OPEN_ORDER_STATUSES, type OrderStatus } from './order.ts';

// What Stripe knows of a person, wherever it stands in its objects.
const PERSONAL = new Set([
  ...['email', 'phone'],
  ...[
    'customer_details',
    'customer_email',
    'customer_name',
    'customer_phone',
    'customer_address',
    'customer_purchase_ip',
  ],
  ...['receipt_email', 'receipt_url', 'billing_details', 'shipping', 'shipping_details', 'collected_information'],
  ...['payment_method_details', 'payer_details', 'evidence', 'url'],
]);

/** A failed payment has its method with it, card and all; elsewhere that is only an id. */
const isPersonal = (key: string, value: unknown): boolean =>
  PERSONAL.has(key) || (key === 'payment_method' && typeof value === 'object');

/** The same JSON without what it says of the person who paid; ids, amounts, times and states stay. */
export function withoutPerson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPerson);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !isPersonal(key, inner));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutPerson(inner)]));
}

/** Only what `withoutPerson` takes away, each once. */
export function personIn(value: unknown): Record<string, unknown>[] {
  const found = new Map<string, Record<string, unknown>>();
  const look = (inner: unknown): void => {
    if (typeof inner !== 'object' || inner === null) return;
    for (const [key, each] of Object.entries(inner)) {
      if (!isPersonal(key, each)) look(each);
      else if (each) found.set(JSON.stringify([key, each]), { [key]: each });
    }
  };
  look(value);
  return [...found.values()];
}

/** What is kept of a customer, as they may read it. */
export type PersonalData = {
  channelAddress: string;
  name: string | null;
  email: string | null;
  optedOut: boolean;
  since: Date;
  messages: number;
  cartLines: number;
  orders: {
    number: string;
    status: OrderStatus;
    totalMinor: number;
    currency: string;
    createdAt: Date;
    expiresAt: Date;
  }[];
  /** Something about them is not over: an order to pay or collect, money on its way back, a dispute. */
  openOrder: string | null;
};

export const isOpenOrder = (status: OrderStatus): boolean => OPEN_ORDER_STATUSES.includes(status);
