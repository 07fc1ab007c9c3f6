import type { Db } from '../db/client.ts';
import type { TellLive } from '../db/live-changes.ts';
import { approvedTemplate } from '../db/message-templates.ts';
import {
  type ClaimedMessage,
  claimNextMessage,
  endMessage,
  firstUnknownSid,
  markSent,
  retryMessageLater,
} from '../db/outbox.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { fitToWhatsApp, type OutboundContent, supersededBecause } from '../domain/outbound-message.ts';
import { derivePickupToken } from '../domain/pickup.ts';
import { backoffSeconds } from '../domain/retry.ts';
import { windowIsOpen } from '../domain/session-window.ts';
import type { Clock, Log, Messenger, OutgoingMessage, SentForm } from '../ports.ts';

type Needs = {
  db: Db;
  clock: Clock;
  log: Log;
  messenger: Messenger;
  tellLive: TellLive;
  publicUrl: string;
  /** Derives the token a QR code's address carries. */
  sessionSecret: string;
};

// With the backoff's cap of five minutes: some twelve hours of an outage, or until an operator mends a wrong token.
const MAX_ATTEMPTS = 150;
// A fault of our own mends itself rarely, and the customer's next messages wait behind it.
const MAX_ATTEMPTS_AFTER_OUR_FAULT = 8;

/** Sends the next waiting message. False when there was none. */
export async function deliverNextMessage(needs: Needs): Promise<boolean> {
  const message = await claimNextMessage(needs.db);
  if (!message) return false;
  const sent = await handOver(needs, message);
  // Outside every try: what Twilio took must never count as a failed send. If this throws, the row stays `sending`, and
  // after its lease the message is looked up before anything is sent.
  if (sent) await markSent(needs.db, message, { ...sent, at: needs.clock.now() });
  needs.tellLive({ kind: 'status', outboundId: message.id });
  return true;
}

/** Twilio's receipt for the message; undefined when it has not left (its row says why). */
async function handOver(
  needs: Needs,
  message: ClaimedMessage,
): Promise<{ sid: string; sentAs: SentForm | null } | undefined> {
  if (message.twilioSid) return { sid: message.twilioSid, sentAs: null };
  const superseded = supersededBecause(message, needs.clock.now());
  if (superseded) {
    await endMessage(needs.db, message, { status: 'superseded', error: superseded, code: null });
    needs.log.info({ outboundId: message.id, superseded }, 'a message was overtaken and does not leave');
    return undefined;
  }
  try {
    const forms = await formsOf(needs, message);
    const found = message.mayHaveLeft ? await findSent(needs, message, Object.values(forms)) : undefined;
    if (found) return { sid: found, sentAs: null };
    const outgoing = windowIsOpen(message.lastInboundAt, needs.clock.now()) ? forms.session : forms.template;
    if (outgoing) return await needs.messenger.send(outgoing);
  } catch (error) {
    await recordFailure(needs, message, error);
    return undefined;
  }
  const error = 'outside the 24-hour window and no approved template';
  await endMessage(needs.db, message, { status: 'failed', error, code: 63016 });
  needs.log.error({ outboundId: message.id }, 'message needs an approved template: run npm run twilio:setup');
  return undefined;
}

async function recordFailure(needs: Needs, message: ClaimedMessage, error: unknown): Promise<void> {
  const known = error instanceof AppError ? error : undefined;
  const code = Number(known?.vendorCode);
  // Once it may have left it stays so until a look-up has answered, whatever goes wrong in between.
  const ambiguous = known?.ambiguous || message.mayHaveLeft;
  const failure = {
    error: `${ambiguous ? 'ambiguous ' : ''}${describeError(error)}`,
    code: Number.isInteger(code) ? code : null,
  };
  const passes = known === undefined || known.retryable || known.ambiguous;
  const again = passes && message.attempts < (known ? MAX_ATTEMPTS : MAX_ATTEMPTS_AFTER_OUR_FAULT);
  const facts = { outboundId: message.id, attempts: message.attempts, error: failure.error };
  if (again) {
    needs.log.warn(facts, 'sending failed, it is tried again');
    await retryMessageLater(needs.db, message, { ...failure, delaySeconds: backoffSeconds(message.attempts) });
  } else {
    needs.log.error(facts, 'a message could not be sent: npm run messages:replay tries once more');
    await endMessage(needs.db, message, { status: 'failed', ...failure });
  }
}

/** Twilio has no idempotency on send: what may have left, in whichever form, is looked up before it is sent again. */
async function findSent(needs: Needs, message: ClaimedMessage, forms: OutgoingMessage[]): Promise<string | undefined> {
  const sids = await needs.messenger.findSent({ to: message.channelAddress, forms, since: message.createdAt });
  return firstUnknownSid(needs.db, sids);
}

/** The message as free text for inside the 24-hour window, and as its approved template, if there is one, for outside. */
async function formsOf(
  needs: Needs,
  message: ClaimedMessage,
): Promise<{ session: OutgoingMessage; template?: OutgoingMessage }> {
  const content = fitToWhatsApp(message.content);
  const base = {
    to: message.channelAddress,
    statusCallbackUrl: `${needs.publicUrl}/whatsapp/status?message=${message.id}`,
  };
  const { body, buttons, list } = content;
  const mediaUrl = mediaUrlOf(needs, content);
  const session = {
    ...base,
    form: 'session' as const,
    locale: message.locale,
    body,
    ...(buttons && { buttons }),
    ...(list && { list }),
    ...(mediaUrl && { mediaUrl }),
  };
  const use = content.template;
  const approved = use && (await approvedTemplate(needs.db, use.key, use.locale));
  if (!approved) return { session };
  const variables = templateVariables(needs, content);
  return { session, template: { ...base, form: 'template', contentSid: approved.contentSid, variables } };
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
