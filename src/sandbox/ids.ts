import { randomBytes } from 'node:crypto';

/** A Twilio SID: two letters and 32 hexadecimal digits. */
export function twilioSid(prefix: 'SM' | 'MM' | 'ME' | 'HX' | 'XE'): string {
  return prefix + randomBytes(16).toString('hex');
}

/** An id as Stripe and OpenAI make them: a prefix and letters and digits that cannot be guessed. */
export function vendorId(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'x')}`;
}
