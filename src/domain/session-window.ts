// WhatsApp counts 24 hours from the customer's last message; a minute is kept for the way there (platform-facts).
const WINDOW_MS = 24 * 3600_000 - 60_000;

/** When the window that a customer's message opened is over. */
export const windowEnd = (lastInboundAt: Date): Date => new Date(lastInboundAt.getTime() + WINDOW_MS);

/** Whether a message that is no approved template may be sent: only within 24 hours of the customer's last one. */
export const windowIsOpen = (lastInboundAt: Date | null, now: Date): boolean =>
  now.getTime() - (lastInboundAt?.getTime() ?? 0) < WINDOW_MS;
