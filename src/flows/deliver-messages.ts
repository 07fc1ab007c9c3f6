import { setTimeout } from 'node:timers/promises';
import { type ClaimedMessage, claimNextMessage, renewMessageClaim, senderRestsMs } from '../db/claim-message.ts';
import { underLease } from '../db/lease.ts';
import type { TellStatus } from '../db/live-changes.ts';
import { endMessage, firstSidOfNoOther, markSent, rewordMessage } from '../db/outbox.ts';
import { meaningOf } from '../domain/delivery-failure.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { withTimeLeftNow } from '../domain/messages.ts';
import type { Pace } from '../domain/pace.ts';
import type { QuietHours } from '../domain/quiet-hours.ts';
import { windowIsOpen } from '../domain/session-window.ts';
import type { Clock, Log, Mailer, Messenger, Meter, OutgoingMessage, SentForm, Tracer } from '../ports.ts';
import { isKeptBack } from './keep-back.ts';
import { type FormNeeds, formsOf, type MessageForms } from './message-forms.ts';
import { recordSendFailure } from './record-send-failure.ts';

type Needs = FormNeeds & {
  clock: Clock;
  log: Log;
  meter: Meter;
  tracer: Tracer;
  messenger: Messenger;
  tellStatus: TellStatus;
  /** How fast WhatsApp takes messages of this sender. */
  senderPace: Pace;
  /** Null where SMTP_URL is not set. */
  mailer: Mailer | null;
  /** Null where none are kept. */
  quietHours: QuietHours | null;
};

const MAX_REST_MS = 100;
const MAX_RESTS = 10;

/** Sends the next waiting message. False when there was none that may go. */
export async function deliverNextMessage(needs: Needs): Promise<boolean> {
  const message = await claimAtPace(needs);
  if (!message) return false;
  const { db, log } = needs;
  const onError = (error: unknown) =>
    log.warn({ outboundId: message.id, error: describeError(error) }, 'claim not renewed');
  const renew = () => renewMessageClaim(db, message);
  const sent = await underLease({ renew, onError }, () => handOver(needs, message));
  // Outside every try: what Twilio took must never count as a failed send. If this throws, the row stays `sending`, and
  // after its lease the message is looked up before anything is sent.
  if (sent) {
    await markSent(needs.db, message, { ...sent, at: needs.clock.now() });
    needs.meter.count('messages_sent_total', { form: sent.sentAs ?? 'found' });
  }
  needs.tellStatus(message.id);
  return true;
}

/** At the sender's limit the next message is milliseconds away: that is waited for here, not a whole poll. */
async function claimAtPace({ db, clock, senderPace }: Needs): Promise<ClaimedMessage | undefined> {
  for (let rests = 0; ; rests++) {
    const message = await claimNextMessage(db, clock.now(), senderPace);
    const restMs = message || rests === MAX_RESTS ? 0 : await senderRestsMs(db, senderPace);
    if (restMs === 0) return message;
    await setTimeout(Math.min(restMs, MAX_REST_MS));
  }
}

/** What took the message: its SID at Twilio (a mail has none), in which form, which template. */
type Receipt = { sid: string | null; sentAs: SentForm | 'mail' | null; contentSid: string | null };

/** The receipt for the message; undefined when it has not left (its row says why). */
const handOver = (needs: Needs, message: ClaimedMessage): Promise<Receipt | undefined> =>
  needs.tracer.span({ name: 'message', attributes: { outboundId: message.id } }, () =>
    needs.log.within({ outboundId: message.id }, () => tryToSend(needs, message)),
  );

async function tryToSend(needs: Needs, message: ClaimedMessage): Promise<Receipt | undefined> {
  if (message.twilioSid) return { sid: message.twilioSid, sentAs: null, contentSid: null };
  if (await isKeptBack(needs, message)) return undefined;
  let forms: MessageForms | undefined;
  try {
    forms = await formsOf(needs, await withTrueWords(needs, message));
    const found = message.mayHaveLeft ? await findSent(needs, message, forms) : undefined;
    if (found) return { sid: found, sentAs: null, contentSid: null };
    const receipt = await send(needs, message, forms);
    if (receipt) return receipt;
  } catch (error) {
    await recordSendFailure(needs, message, error, forms && outgoingOf(needs, message, forms));
    return undefined;
  }
  const error = 'outside the 24-hour window and no approved template, nor SMS or mail to go by';
  await endMessage(needs.db, message, { status: 'failed', error, code: 63016, at: needs.clock.now() });
  needs.meter.count('messages_failed_total', { reason: 'outside_window' });
  needs.log.error({ outboundId: message.id }, 'message needs an approved template: run npm run twilio:setup');
  return undefined;
}

/** What waited tells how long there is to pay as it is now. What may have left keeps the words it is looked up by. */
async function withTrueWords(needs: Needs, message: ClaimedMessage): Promise<ClaimedMessage> {
  const { order, locale, mayHaveLeft } = message;
  if (!order || mayHaveLeft) return message;
  const facts = { locale, expiresAt: order.expiresAt };
  const content = withTimeLeftNow(needs.texts, message.content, facts, needs.clock.now());
  return content && (await rewordMessage(needs.db, message, content)) ? { ...message, content } : message;
}

/** By the first way that is open: free text, the approved template, SMS, mail. Undefined when none is. */
async function send(needs: Needs, message: ClaimedMessage, forms: MessageForms): Promise<Receipt | undefined> {
  const outgoing = outgoingOf(needs, message, forms);
  const canMail = forms.mail !== undefined && needs.mailer !== null;
  if (outgoing) {
    const contentSid = outgoing.form === 'template' ? outgoing.contentSid : null;
    try {
      return { ...(await needs.messenger.send(outgoing)), contentSid };
    } catch (error) {
      if (outgoing.form !== 'sms' || !canMail || !isRefusedForGood(error)) throw error;
      needs.log.warn(
        { outboundId: message.id, error: describeError(error) },
        'an SMS was refused, a mail leaves instead',
      );
    }
  }
  if (!forms.mail || !needs.mailer) return undefined;
  // At least once, under the same Message-ID: the row's id.
  await needs.mailer.send(forms.mail);
  return { sid: null, sentAs: 'mail', contentSid: null };
}

function outgoingOf(needs: Needs, message: ClaimedMessage, forms: MessageForms): OutgoingMessage | undefined {
  const isOpen = !message.outsideWindow && windowIsOpen(message.lastInboundAt, needs.clock.now());
  if (isOpen || forms.template) return isOpen ? forms.session : forms.template;
  return message.smsCameToNothing && forms.mail && needs.mailer ? undefined : forms.sms;
}

/** By an operator who will say the same tomorrow, and not because the customer told it STOP. */
const isRefusedForGood = (error: unknown): boolean =>
  error instanceof AppError &&
  !error.retryable &&
  !error.ambiguous &&
  meaningOf(Number(error.vendorCode))?.kind !== 'opted_out';

/** Twilio has no idempotency on send: what may have left, in whichever form, is looked up before it is sent again. */
async function findSent(
  needs: Needs,
  message: ClaimedMessage,
  { session, template, sms }: MessageForms,
): Promise<string | undefined> {
  const onWhatsApp = [session, ...(template ? [template] : [])];
  for (const forms of [onWhatsApp, sms ? [sms] : []]) {
    const [first] = forms;
    const sids = first ? await needs.messenger.findSent({ to: first.to, forms, since: message.createdAt }) : [];
    const found = await firstSidOfNoOther(needs.db, message.id, sids);
    if (found) return found;
  }
  return undefined;
}
