import twilio from 'twilio';
import { AppError } from '../domain/errors.ts';

export type TwilioSettings = {
  accountSid: string;
  authToken: string;
  /** Channel address of the shop, e.g. whatsapp:+14155238886. */
  from: string;
  /** Another server that speaks Twilio's API. */
  apiBaseUrl: string | undefined;
  messagingServiceSid: string | undefined;
  /** Per request; 10 s unless told. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;
type Request = twilio.RequestClient['request'];

/** The SDK has no base URL: every product's host becomes the one host given (stack.md). */
class RedirectedRequestClient extends twilio.RequestClient {
  readonly #baseUrl: string;

  constructor(baseUrl: string, timeoutMs: number) {
    super({ timeout: timeoutMs });
    this.#baseUrl = baseUrl;
  }

  override request: Request = (options) => {
    const url = new URL(options.uri);
    return super.request({ ...options, uri: `${this.#baseUrl}${url.pathname}${url.search}` });
  };
}

export function openTwilio(settings: TwilioSettings): twilio.Twilio {
  const timeoutMs = settings.timeoutMs ?? TIMEOUT_MS;
  const httpClient = settings.apiBaseUrl
    ? new RedirectedRequestClient(settings.apiBaseUrl, timeoutMs)
    : new twilio.RequestClient({ timeout: timeoutMs });
  return twilio(settings.accountSid, settings.authToken, { httpClient });
}

// https://www.twilio.com/docs/api/errors - rate limits and the provider's own trouble pass by themselves.
const PASSING = new Set([20429, 63018, 63012]);
// A wrong token or a missing permission is the operator's to mend; the message can wait for it.
const CURABLE = new Set([401, 403, 429]);
/** What an operator can do about the codes that come up in practice (platform-facts). */
const ADVICE: Record<number, string> = {
  20003: 'check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN',
  21610: 'the customer opted out',
  21656: 'the template variables were refused',
  63003: 'the recipient cannot be reached on WhatsApp',
  63013: 'the template variables were refused',
  63014: 'the customer blocked the sender',
  63016: 'outside the 24-hour window: an approved template is needed (npm run twilio:setup)',
  63019: 'the media could not be fetched: check PUBLIC_URL',
  63024: 'the recipient cannot be reached on WhatsApp',
  63040: 'the template was rejected',
  63041: 'the template is paused',
  63042: 'the template is disabled',
};
// The connection was never made: nothing can have left.
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Twilio's refusals and the network's failures as AppError. The vendor's own message is left out: it may quote the
 * recipient's number.
 */
export function toTwilioError(error: unknown): AppError {
  const { status, code } = error as { status?: unknown; code?: unknown };
  if (typeof status === 'number') {
    const vendorCode = typeof code === 'number' && code > 0 ? code : status;
    const advice = ADVICE[vendorCode] ?? 'see https://www.twilio.com/docs/api/errors';
    return new AppError(`twilio_${vendorCode}`, `Twilio refused with HTTP ${status}: ${advice}`, {
      retryable: PASSING.has(vendorCode) || CURABLE.has(status) || status >= 500,
      // A gateway that gave up may have passed the message on.
      ambiguous: status === 502 || status === 504,
      vendorCode,
      cause: undefined,
    });
  }
  const reason = typeof code === 'string' ? code : 'no answer';
  if (NOT_SENT.has(reason)) {
    return new AppError('twilio_unreachable', `Twilio could not be reached (${reason})`, { retryable: true });
  }
  return new AppError('twilio_no_answer', `Twilio did not answer (${reason}): it may have acted all the same`, {
    retryable: true,
    ambiguous: true,
  });
}

/** One call to Twilio; every failure comes out as AppError. */
export async function callTwilio<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toTwilioError(error);
  }
}
