import Stripe from 'stripe';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import type { VerifiedEvent } from '../ports.ts';

// Stripe signs with the time of sending. The SDK refuses the past only and takes any future [platform-facts].
const TOLERANCE_SECONDS = 300;

// What is looked at, no more: the rest of an event is long, and kept as text.
const eventShape = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  livemode: z.boolean(),
  created: z.number().int().nullish(),
  account: z.string().nullish(),
  // Some objects have no id (a balance): such an event is genuine, stored, and about nothing of ours.
  data: z.object({
    object: z.object({
      id: z.string().default(''),
      object: z.unknown().optional(),
      metadata: z.unknown().optional(),
      payment_intent: z.unknown().optional(),
    }),
  }),
});

const idOf = (value: unknown): string | null => {
  if (typeof value === 'string') return value;
  const { id } = (value ?? {}) as { id?: unknown };
  return typeof id === 'string' ? id : null;
};

function fromMetadata(metadata: unknown, key: 'orderId' | 'attemptId'): string | null {
  const value = ((metadata ?? {}) as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : null;
}

/**
 * Reads an event; `json` is its text where that is at hand. Throws AppError `stripe_event_unreadable` when the payload is
 * not an event about an object.
 */
export function readStripeEvent(payload: unknown, json?: string): VerifiedEvent {
  const parsed = eventShape.safeParse(payload);
  if (!parsed.success) throw new AppError('stripe_event_unreadable', 'a stored Stripe event has not the shape of one');
  const { id, type, livemode, created, account, data } = parsed.data;
  const { object } = data;
  return {
    id,
    type,
    livemode,
    account: account ?? null,
    happenedAt: created ? new Date(created * 1000) : null,
    objectId: object.id,
    orderId: fromMetadata(object.metadata, 'orderId'),
    attemptId: fromMetadata(object.metadata, 'attemptId'),
    paymentIntentId: object.object === 'payment_intent' ? object.id : idOf(object.payment_intent),
    json: json ?? JSON.stringify(payload),
  };
}

function isSentNow(signature: string, nowMs: number): boolean {
  const seconds = Number(/(?:^|,)\s*t=(\d{1,12})(?:,|$)/.exec(signature)?.[1]);
  return Math.abs(nowMs / 1000 - seconds) <= TOLERANCE_SECONDS;
}

/** Undefined unless one of the secrets signed exactly these bytes within the last 300 seconds. Never throws. */
export function verifyStripeEvent(
  rawBody: Buffer,
  signature: string,
  secrets: readonly string[],
): VerifiedEvent | undefined {
  if (!isSentNow(signature, Date.now())) return undefined;
  for (const secret of secrets) {
    try {
      const event = Stripe.webhooks.constructEvent(rawBody, signature, secret, TOLERANCE_SECONDS);
      return readStripeEvent(event, rawBody.toString());
    } catch {
      // Not signed with this secret, or not an event: another secret may fit while rotating, else it is refused.
    }
  }
  return undefined;
}
