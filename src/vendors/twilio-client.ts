import twilio from 'twilio';
import { adviceOn, meaningOf } from '../domain/delivery-failure.ts';
import { AppError } from '../domain/errors.ts';

export type TwilioSettings = {
  accountSid: string;
  authToken: string;
  /** Channel address of the shop, e.g. whatsapp:+14155238886. */
  from: string;
  /** Another server that speaks Twilio's API. */
  apiBaseUrl: string | undefined;
  messagingServiceSid: string | undefined;
  /** E.164 number that SMS leave from; none: SMS are off. */
  smsFrom?: string | undefined;
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

// A wrong token or a missing permission is the operator's to mend; the message can wait for it.
const CURABLE = new Set([401, 403, 429]);
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
    return new AppError(`twilio_${vendorCode}`, `Twilio refused with HTTP ${status}: ${adviceOn(vendorCode)}`, {
      retryable: meaningOf(vendorCode)?.kind === 'later' || CURABLE.has(status) || status >= 500,
      // Whatever broke may have broken after the message was taken.
      ambiguous: status >= 500,
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
