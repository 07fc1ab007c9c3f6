import type { ClaimedMessage } from '../db/claim-message.ts';
import type { Db } from '../db/client.ts';
import { endMessage, retryMessageLater } from '../db/outbox.ts';
import { MANY_TRIES, meaningOf, nextTry, reasonOfError } from '../domain/delivery-failure.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { backoffSeconds } from '../domain/retry.ts';
import type { Clock, Log, Meter, OutgoingMessage } from '../ports.ts';
import { learnFromFailure } from './learn-from-failure.ts';

type Needs = { db: Db; clock: Clock; log: Log; meter: Meter };

// A fault of our own mends itself rarely, and the customer's next messages wait behind it.
const MAX_ATTEMPTS_AFTER_OUR_FAULT = 8;

/** Notes that the message did not leave, in the form it was to leave in: it is tried again as the error asks, or failed. */
export async function recordSendFailure(
  needs: Needs,
  message: ClaimedMessage,
  error: unknown,
  outgoing: OutgoingMessage | undefined,
) {
  const known = error instanceof AppError ? error : undefined;
  const code = Number(known?.vendorCode);
  // Once it may have left it stays so until a look-up has answered, whatever goes wrong in between.
  const ambiguous = known?.ambiguous || message.mayHaveLeft;
  const failure = {
    error: `${ambiguous ? 'ambiguous ' : ''}${describeError(error)}`,
    code: Number.isInteger(code) ? code : null,
  };
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
