// At most 15 digits with the country's code; the shortest in use have seven [ITU-T E.164].
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * A channel address as Twilio sends it in From: `whatsapp:+590690000001`, or `whatsapp:` and a user name where the
 * number is hidden. Undefined for anything that cannot be answered. Which numbers exist is for Twilio to know: a list of our own
 * would turn away customers whose country made new ones since.
 */
export function parseChannelAddress(from: string): { channelAddress: string; phone: string | null } | undefined {
  const match = /^whatsapp:(\S{3,120})$/.exec(from);
  if (!match?.[1]) return undefined;
  if (!match[1].startsWith('+')) return { channelAddress: from, phone: null };
  return E164.test(match[1]) ? { channelAddress: from, phone: match[1] } : undefined;
}

/** `+590690000001` -> "+590…01": enough to recognise a customer on a support call, not to reach them. */
export const maskPhone = (phone: string): string => `${phone.slice(0, 4)}…${phone.slice(-2)}`;
