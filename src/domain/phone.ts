import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/**
 * A channel address as Twilio sends it in From: `whatsapp:+590690000001`, or `whatsapp:` and a user name where the
 * number is hidden. Undefined for anything that cannot be answered.
 */
export function parseChannelAddress(from: string): { channelAddress: string; phone: string | null } | undefined {
  const match = /^whatsapp:(\S{3,120})$/.exec(from);
  if (!match?.[1]) return undefined;
  const number = match[1].startsWith('+') ? parsePhoneNumberFromString(match[1]) : undefined;
  if (match[1].startsWith('+') && !number) return undefined;
  return { channelAddress: from, phone: number?.number ?? null };
}

/** `+590690000001` -> "+590…01": enough to recognise a customer on a support call, not to reach them. */
export const maskPhone = (phone: string): string => `${phone.slice(0, 4)}…${phone.slice(-2)}`;
