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
 * While a real dispute is open Stripe refuses to refund its charge; during an inquiry a refund is allowed, and what Stripe
 * advises (https://docs.stripe.com/disputes/how-disputes-work#inquiries).
 */
export const forbidsRefund = (status: string): boolean => !isDisputeOver(status) && !status.startsWith('warning_');
