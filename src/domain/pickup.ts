import { createHash, createHmac } from 'node:crypto';
import { formatOrderNumber } from './order.ts';

/**
 * The secret a pickup QR code carries: 256 bits derived from SESSION_SECRET and the pickup's id, so that it can be
 * sent again without being stored. The database keeps only its hash.
 */
export function derivePickupToken(sessionSecret: string, pickupId: string): string {
  return createHmac('sha256', sessionSecret).update(`pickup:${pickupId}`).digest('base64url');
}

export function hashPickupToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Anything else is not a token of ours and is refused before the database is asked. */
export const isPickupToken = (value: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(value);

/** How an order is named at the counter: by the token its customer's QR code carries, or by its number. */
export type PickupCode = { token: string } | { orderNumber: string };

/**
 * What was scanned or typed: the code's address, a bare token, or an order's number as people write it ("C-1001", "c 1001",
 * "1001"). Undefined for what can be neither. Whether it is one of ours, the database knows.
 */
export function readPickupCode(text: string): PickupCode | undefined {
  const said = text.trim();
  const token = /^https?:\/\/[^\s?#]+\/pickup\/([^/?#]+)$/.exec(said)?.[1] ?? said;
  if (isPickupToken(token)) return { token };
  const number = /^(?:c\s*-?\s*)?(\d{1,12})$/i.exec(said)?.[1];
  return number ? { orderNumber: formatOrderNumber(BigInt(number)) } : undefined;
}

/** How long after payment /media/qr serves the picture: as long as an order may wait to be fetched. */
export const PICKUP_MEDIA_DAYS = 90;
