import type { Db } from '../db/client.ts';
import { approvedTemplate } from '../db/message-templates.ts';
import { type ClaimedMessage, claimNextMessage, failMessage, markSent, retryMessageLater } from '../db/outbox.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { fitToWhatsApp, type OutboundContent } from '../domain/outbound-message.ts';
import { derivePickupToken } from '../domain/pickup.ts';
import { backoffSeconds } from '../domain/retry.ts';
import type { Clock, Log, Messenger, OutgoingMessage } from '../ports.ts';

type Needs = {
  db: Db;
  clock: Clock;
  log: Log;
  messenger: Messenger;
  publicUrl: string;
  /** Derives the token a QR code's address carries. */
  sessionSecret: string;
};

const MAX_ATTEMPTS = 8;
// WhatsApp counts 24 hours from the customer's last message; a minute is kept for the way there.
const WINDOW_MS = 24 * 3600_000 - 60_000;

/** Sends the next waiting message. False when there was none. */
export async function deliverNextMessage(needs: Needs): Promise<boolean> {
  const message = await claimNextMessage(needs.db);
  if (!message) return false;
  try {
    const outgoing = await asOutgoing(needs, message);
    if (!outgoing) {
      await failMessage(needs.db, message, {
        error: 'outside the 24-hour window and no approved template',
        code: 63016,
      });
      needs.log.error({ outboundId: message.id }, 'message needs an approved template: run npm run twilio:setup');
      return true;
    }
    const sent = (await alreadySent(needs, message, outgoing)) ?? (await needs.messenger.send(outgoing));
    await markSent(needs.db, message, { ...sent, at: needs.clock.now() });
  } catch (error) {
    await recordFailure(needs, message, error);
  }
  return true;
}

async function recordFailure(needs: Needs, message: ClaimedMessage, error: unknown): Promise<void> {
  const known = error instanceof AppError ? error : undefined;
  const code = Number(known?.vendorCode);
  const failure = {
    error: `${known?.ambiguous ? 'ambiguous ' : ''}${describeError(error)}`,
    code: Number.isInteger(code) ? code : null,
  };
  const again = (known === undefined || known.retryable || known.ambiguous) && message.attempts < MAX_ATTEMPTS;
  needs.log.warn({ outboundId: message.id, attempts: message.attempts, again, error: failure.error }, 'send failed');
  if (again) {
    await retryMessageLater(needs.db, message, { ...failure, delaySeconds: backoffSeconds(message.attempts) });
  } else {
    await failMessage(needs.db, message, failure);
  }
}

/** Twilio has no idempotency on send: what may have left is looked up before it is sent again. */
async function alreadySent(needs: Needs, message: ClaimedMessage, outgoing: OutgoingMessage) {
  if (!message.mayHaveLeft || outgoing.form !== 'session') return undefined;
  const sid = await needs.messenger.findSent({ to: outgoing.to, body: outgoing.body, since: message.createdAt });
  return sid ? { sid, sentAs: 'text' as const } : undefined;
}

/** The form in which a message may leave now; undefined when none is allowed. */
async function asOutgoing(needs: Needs, message: ClaimedMessage): Promise<OutgoingMessage | undefined> {
  const content = fitToWhatsApp(message.content);
  const base = {
    to: message.channelAddress,
    statusCallbackUrl: `${needs.publicUrl}/whatsapp/status?message=${message.id}`,
  };
  const lastInboundMs = message.lastInboundAt?.getTime() ?? 0;
  if (needs.clock.now().getTime() - lastInboundMs < WINDOW_MS) {
    const { body, buttons, list } = content;
    const mediaUrl = mediaUrlOf(needs, content);
    return {
      ...base,
      form: 'session',
      body,
      ...(buttons && { buttons }),
      ...(list && { list }),
      ...(mediaUrl && { mediaUrl }),
    };
  }
  if (!content.template) return undefined;
  const template = await approvedTemplate(needs.db, content.template.key, content.template.locale);
  if (!template) return undefined;
  return { ...base, form: 'template', contentSid: template.contentSid, variables: templateVariables(needs, content) };
}

function mediaUrlOf(needs: Needs, { media }: OutboundContent): string | undefined {
  if (!media) return undefined;
  if (media.kind === 'image') return new URL(media.url, needs.publicUrl).toString();
  return `${needs.publicUrl}/media/qr/${derivePickupToken(needs.sessionSecret, media.pickupId)}.png`;
}

/** A template with a QR picture takes the picture's token as its last variable. */
function templateVariables(needs: Needs, { template, media }: OutboundContent): Record<string, string> {
  const variables = { ...template?.variables };
  if (media?.kind === 'pickup_qr') {
    variables[String(Object.keys(variables).length + 1)] = derivePickupToken(needs.sessionSecret, media.pickupId);
  }
  return variables;
}
