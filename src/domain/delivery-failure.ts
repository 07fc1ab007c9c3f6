import { AppError } from './errors.ts';
import { backoffSeconds } from './retry.ts';

/**
 * What a Twilio error code means for a message, whether the send was refused with it or a status callback told it later.
 * `later`: the same message again after `delaySeconds` at least, `tries` times in all.
 * `template`: WhatsApp says the 24-hour window is closed; again, once, as for outside it.
 * `template_withdrawn`: that wording must not be used until WhatsApp approves it again; again without it.
 * `unreachable`: nothing reaches this customer until they write. `opted_out`: they told Twilio STOP.
 * `unwanted`: WhatsApp judged it marketing; nothing of that kind to that customer for a day. `dead`: it ends here.
 */
export type FailureMeaning =
  | { kind: 'later'; delaySeconds: number; tries: number }
  | { kind: 'template_withdrawn'; approval: 'rejected' | 'paused' | 'disabled' }
  | { kind: 'template' | 'unreachable' | 'opted_out' | 'unwanted' | 'dead' };

type KnownFailure = { means: FailureMeaning; advice: string };

// With the backoff's cap of five minutes some twelve hours: an outage, or until an operator mends a wrong token.
export const MANY_TRIES = 150;
// Some ten minutes. What stops it then is not passing, and the customer's next messages wait behind it.
const FEW_TRIES = 8;

const later = (delaySeconds: number, tries: number): FailureMeaning => ({ kind: 'later', delaySeconds, tries });
const withdrawn = (approval: 'rejected' | 'paused' | 'disabled'): FailureMeaning => ({
  kind: 'template_withdrawn',
  approval,
});

/**
 * The codes that come up in practice, each described at https://www.twilio.com/docs/api/errors/CODE, with what an
 * operator can do. Delays are ours: Twilio names none.
 */
const KNOWN: Readonly<Record<number, KnownFailure>> = {
  20003: { means: later(60, MANY_TRIES), advice: 'check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN' },
  20429: { means: later(2, MANY_TRIES), advice: 'too many requests: it is sent a little later' },
  21610: { means: { kind: 'opted_out' }, advice: 'the customer opted out' },
  21656: { means: { kind: 'dead' }, advice: 'the template variables were refused' },
  63003: { means: { kind: 'unreachable' }, advice: 'the recipient cannot be reached on WhatsApp' },
  63012: { means: later(20, MANY_TRIES), advice: 'WhatsApp had trouble of its own: it is sent a little later' },
  63013: { means: { kind: 'dead' }, advice: 'the template variables were refused' },
  63014: { means: { kind: 'unreachable' }, advice: 'the customer blocked the sender' },
  63016: {
    means: { kind: 'template' },
    advice: 'outside the 24-hour window: an approved template is needed (npm run twilio:setup)',
  },
  63018: {
    means: later(20, MANY_TRIES),
    advice: 'the sender or the customer had too many messages: it is sent a little later',
  },
  // The picture could not be fetched: most often our own web was away for a moment.
  63019: { means: later(20, FEW_TRIES), advice: 'the media could not be fetched: check PUBLIC_URL' },
  63021: { means: { kind: 'dead' }, advice: 'WhatsApp does not accept the content' },
  63024: { means: { kind: 'unreachable' }, advice: 'the recipient cannot be reached on WhatsApp' },
  63040: { means: withdrawn('rejected'), advice: 'the template was rejected' },
  63041: { means: withdrawn('paused'), advice: 'the template is paused' },
  63042: { means: withdrawn('disabled'), advice: 'the template is disabled' },
  63049: { means: { kind: 'unwanted' }, advice: 'WhatsApp did not deliver it: it judged it marketing' },
  92007: { means: { kind: 'dead' }, advice: 'the template variables were refused' },
};

/** Undefined for a code we know nothing of. */
export const meaningOf = (code: number | null | undefined): FailureMeaning | undefined =>
  typeof code === 'number' && Object.hasOwn(KNOWN, code) ? KNOWN[code]?.means : undefined;

/**
 * Why a message ended as failed, as a label of /metrics: what its code means, else what is known of the error (`refused` for
 * good by the vendor, `unavailable` too often or too long, `fault` our own).
 */
export const FAILURE_REASONS = [
  ...(['template_withdrawn', 'unreachable', 'opted_out', 'unwanted', 'outside_window'] as const),
  ...(['refused', 'unavailable', 'fault', 'withheld', 'undelivered'] as const),
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

const REASONS: Record<FailureMeaning['kind'], FailureReason> = {
  later: 'unavailable',
  template: 'outside_window',
  dead: 'refused',
  template_withdrawn: 'template_withdrawn',
  unreachable: 'unreachable',
  opted_out: 'opted_out',
  unwanted: 'unwanted',
};

export function reasonOfCode(code: number | null, otherwise: FailureReason): FailureReason {
  const kind = meaningOf(code)?.kind;
  return kind === undefined ? otherwise : REASONS[kind];
}

export function reasonOfError(error: unknown, code: number | null): FailureReason {
  if (!(error instanceof AppError)) return 'fault';
  return reasonOfCode(code, error.retryable || error.ambiguous ? 'unavailable' : 'refused');
}

/** What an operator can do about a code. */
export const adviceOn = (code: number): string =>
  (Object.hasOwn(KNOWN, code) ? KNOWN[code]?.advice : undefined) ?? 'see https://www.twilio.com/docs/api/errors';

/** WhatsApp counts 63049 per customer; a day is what it asks to wait: https://www.twilio.com/docs/api/errors/63049 */
export const UNWANTED_HOURS = 24;

/** What is known of a message when it fails: tries so far, whether a template left, whether it had to be one. */
export type FailedTry = { attempts: number; asTemplate: boolean; outsideWindow: boolean };
export type NextTry = { delaySeconds: number; outsideWindow: boolean };

/** The next try of a message that failed with a known meaning; undefined when there is none. */
export function nextTry(meaning: FailureMeaning, failed: FailedTry): NextTry | undefined {
  const { attempts, asTemplate, outsideWindow } = failed;
  switch (meaning.kind) {
    case 'later': {
      const delaySeconds = Math.max(meaning.delaySeconds, backoffSeconds(attempts));
      return attempts < meaning.tries ? { delaySeconds, outsideWindow } : undefined;
    }
    case 'template':
      // Once: a message that already left as for outside the window has nothing better to become.
      return asTemplate || outsideWindow ? undefined : { delaySeconds: 0, outsideWindow: true };
    case 'template_withdrawn':
      return attempts < FEW_TRIES ? { delaySeconds: 0, outsideWindow } : undefined;
    default:
      return undefined;
  }
}
