import type { Response } from 'express';
import type { Meter } from '../ports.ts';

/**
 * Counts a webhook when its answer is over, by what the fields of the answer say by then: `failed` unless its route gets
 * further, `kind` as soon as the vendor's word for it may be believed.
 */
export function countWebhook(
  meter: Meter,
  res: Response,
  given: { vendor: 'twilio' | 'stripe'; kind: string },
): { kind: string; outcome: string } {
  const webhook = { kind: given.kind, outcome: 'failed' };
  res.once('close', () => meter.count('webhooks_received_total', { vendor: given.vendor, ...webhook }));
  return webhook;
}
