import { setTimeout } from 'node:timers/promises';
import {
  type ClaimedMessage,
  claimNextMessage,
  HOLDS_UP_SECONDS,
  renewMessageClaim,
  senderRestsMs,
} from '../db/claim-message.ts';
import { FORGOTTEN } from '../db/erase-customer.ts';
import { underLease } from '../db/lease.ts';
import type { TellStatus } from '../db/live-changes.ts';
import { endMessage, firstSidOfNoOther, markSent, retryMessageLater, rewordMessage } from '../db/outbox.ts';
import { MANY_TRIES, meaningOf, nextTry, reasonOfError } from '../domain/delivery-failure.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { withTimeLeftNow } from '../domain/messages.ts';
import { mayNotWake, supersededBecause, withheldBecause } from '../domain/outbound-message.ts';
import type { Pace } from '../domain/pace.ts';
import { type QuietHours, quietHoursAt } from '../domain/quiet-hours.ts';
import { backoffSeconds } from '../domain/retry.ts';
import { windowIsOpen } from '../domain/session-window.ts';
import type { Clock, Log, Mailer, Messenger, Meter, OutgoingMessage, SentForm, Tracer } from '../ports.ts';
import { learnFromFailure } from './learn-from-failure.ts';
import { type FormNeeds, formsOf, type MessageForms } from './message-forms.ts';

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
// A fault of our own mends itself rarely, and the customer's next messages wait behind it.
const MAX_ATTEMPTS_AFTER_OUR_FAULT = 8;

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
    await recordFailure(needs, message, error, forms);
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

async function isKeptBack(needs: Needs, message: ClaimedMessage): Promise<boolean> {
  const at = needs.clock.now();
  const quiet = needs.quietHours && mayNotWake(message) ? quietHoursAt(at, needs.quietHours) : undefined;
  // A goodbye that came to nothing after its address was dropped.
  const isForgotten = message.channelAddress.startsWith(FORGOTTEN);
  const superseded = isForgotten ? 'the customer was forgotten' : supersededBecause(message, quiet?.end ?? at);
  const withheld = superseded ? undefined : withheldBecause(message);
  const error = superseded ?? withheld;
  if (!error && quiet) return holdUntil(needs, message, quiet.end);
  if (!error) return false;
  await endMessage(needs.db, message, { status: superseded ? 'superseded' : 'failed', error, code: null, at });
  if (!superseded) needs.meter.count('messages_failed_total', { reason: 'withheld' });
  needs.log.info({ outboundId: message.id, reason: error }, 'a message does not leave');
  return true;
}

/** What an outage kept until the night leaves in the morning; what the customer asks for meanwhile does not wait for it. */
async function holdUntil(needs: Needs, message: ClaimedMessage, morning: Date): Promise<true> {
  const untilMorning = Math.ceil((morning.getTime() - needs.clock.now().getTime()) / 1000);
  const delaySeconds = Math.max(untilMorning, HOLDS_UP_SECONDS + 1);
  // What may have left must still be looked up by then.
  const error = `${message.mayHaveLeft ? 'ambiguous: ' : ''}waits for the morning`;
  await retryMessageLater(needs.db, message, { delaySeconds, error, code: null });
  return true;
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

async function recordFailure(needs: Needs, message: ClaimedMessage, error: unknown, forms: MessageForms | undefined) {
  const known = error instanceof AppError ? error : undefined;
  const code = Number(known?.vendorCode);
  // Once it may have left it stays so until a look-up has answered, whatever goes wrong in between.
  const ambiguous = known?.ambiguous || message.mayHaveLeft;
  const failure = {
    error: `${ambiguous ? 'ambiguous ' : ''}${describeError(error)}`,
    code: Number.isInteger(code) ? code : null,
  };
  const outgoing = forms && outgoingOf(needs, message, forms);
  const next = await tryAfter(needs, message, known, failure.code, outgoing);
  const facts = { outboundId: message.id, attempts: message.attempts, error: failure.error };
  if (next) {
    needs.log.warn(facts, 'sending failed, it is tried again');
    await retryMessageLater(needs.db, message, { ...failure, ...next });
  } else {
    needs.log.error(facts, 'a message could not be sent: npm run messages:replay tries once more');
    await endMessage(needs.db, message, { status: 'failed', ...failure, at: needs.clock.now() });
    needs.meter.count('messages_failed_total', { reason: reasonOfError(error, failure.code) });
  }
}

/** When it is tried again, as the vendor's code asks; undefined: not by itself. */
async function tryAfter(
  needs: Needs,
  { id, customerId, attempts, outsideWindow }: ClaimedMessage,
  error: AppError | undefined,
  code: number | null,
  outgoing: OutgoingMessage | undefined,
): Promise<{ delaySeconds: number; outsideWindow?: boolean } | undefined> {
  const asTemplate = outgoing?.form === 'template';
  const meaning = meaningOf(code);
  if (meaning) {
    const contentSid = asTemplate ? outgoing.contentSid : null;
    await learnFromFailure(needs, meaning, { outboundId: id, customerId, contentSid });
    return nextTry(meaning, { attempts, asTemplate, outsideWindow });
  }
  const passes = error === undefined || error.retryable || error.ambiguous;
  if (!passes || attempts >= (error ? MANY_TRIES : MAX_ATTEMPTS_AFTER_OUR_FAULT)) return undefined;
  return { delaySeconds: Math.max(backoffSeconds(attempts), error?.retryAfterSeconds ?? 0) };
}

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
