import { createHash, createHmac } from 'node:crypto';

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

/** How long after payment /media/qr serves the picture: as long as an order may wait to be fetched. */
export const PICKUP_MEDIA_DAYS = 90;
