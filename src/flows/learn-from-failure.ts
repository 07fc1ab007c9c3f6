import type { Db } from '../db/client.ts';
import { noteTwilioOptOut } from '../db/consent-events.ts';
import { markUnreachable } from '../db/customers.ts';
import { setTemplateApproval } from '../db/message-templates.ts';
import type { FailureMeaning } from '../domain/delivery-failure.ts';
import type { Clock, Log } from '../ports.ts';

type Needs = { db: Db; clock: Clock; log: Log };
type Failed = { outboundId: string; customerId: string; contentSid: string | null };

/** Keeps what a failed message tells of its customer or its template, for the messages that follow. Safe to repeat. */
export async function learnFromFailure(needs: Needs, meaning: FailureMeaning, failed: Failed): Promise<void> {
  const { outboundId, customerId, contentSid } = failed;
  if (meaning.kind === 'unreachable') await markUnreachable(needs.db, customerId, needs.clock.now());
  if (meaning.kind === 'opted_out') await noteTwilioOptOut(needs.db, customerId, needs.clock.now());
  if (meaning.kind === 'template_withdrawn' && contentSid) {
    // The hourly refresh-templates sees when it is approved again.
    await setTemplateApproval(needs.db, contentSid, meaning.approval);
    needs.log.error({ outboundId, contentSid, approval: meaning.approval }, 'WhatsApp withdrew a template');
  }
}
