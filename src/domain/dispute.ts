// https://docs.stripe.com/api/disputes/object#dispute_object-status
const ENDED_WELL: readonly string[] = ['won', 'warning_closed', 'prevented'];
/** States in which nothing is decided yet are all others, those of tomorrow included: they freeze the pickup. */
const ENDED: readonly string[] = [...ENDED_WELL, 'lost'];

export const isDisputeOver = (status: string): boolean => ENDED.includes(status);

/** An inquiry or dispute that waits for the shop's answer: the team must act before its due date. */
export const awaitsResponse = (status: string): boolean =>
  status === 'needs_response' || status === 'warning_needs_response';

/** The older of two answers must not reopen what has ended; won and lost may still be corrected into each other. */
export const disputeMayBecome = (from: string, to: string): boolean =>
  from !== to && (!isDisputeOver(from) || isDisputeOver(to));

/**
 * Whether Stripe refuses to refund a charge because of its disputes: `open` for as long as one is not decided, `charged_back`
 * for good once one was lost. During an inquiry a refund is allowed, and what Stripe advises
 * (https://docs.stripe.com/disputes/how-disputes-work#inquiries).
 */
export function refundHindrance(statuses: readonly string[]): 'open' | 'charged_back' | undefined {
  if (statuses.some((status) => !isDisputeOver(status) && !status.startsWith('warning_'))) return 'open';
  return statuses.includes('lost') ? 'charged_back' : undefined;
}
