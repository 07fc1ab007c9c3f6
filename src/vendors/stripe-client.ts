import Stripe from 'stripe';
import { AppError } from '../domain/errors.ts';

export type StripeSettings = {
  secretKey: string;
  /** Another server that speaks Stripe's API. */
  apiBaseUrl: string | undefined;
  /** Per try; 12 s unless told. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 12_000;

export function openStripe({ secretKey, apiBaseUrl, timeoutMs = TIMEOUT_MS }: StripeSettings): Stripe {
  const base = apiBaseUrl ? new URL(apiBaseUrl) : undefined;
  const protocol = base?.protocol === 'http:' ? 'http' : 'https';
  return new Stripe(secretKey, {
    telemetry: false,
    timeout: timeoutMs,
    // The SDK repeats with the same idempotency key: safe for every call made here, and of no use after a 500 that Stripe
    // keeps. For that whoever called asks again under another key (AppError.keySpent).
    maxNetworkRetries: 2,
    ...(base && { protocol, host: base.hostname, port: base.port || (protocol === 'http' ? 80 : 443) }),
  });
}

// The connection was never made: nothing can have happened.
const NOT_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;

function networkError(error: InstanceType<typeof Stripe.errors.StripeError>): AppError {
  const isSent = !NOT_SENT.test(`${error.message} ${error.detail ?? ''}`);
  const advice = isSent ? 'it may have acted all the same' : 'could not be reached';
  return new AppError('stripe_no_answer', `Stripe did not answer: ${advice}`, { retryable: true, ambiguous: isSent });
}

// 401, 403: the key, or a right it lacks; whoever runs the shop mends that, and the work waits. 409: another request holds the lock
// or the idempotency key. 429: rate or lock timeout.
const PASSING = new Set([401, 403, 409, 429]);

/**
 * Stripe's errors as AppError. Its message stays out: it may quote keys or customers' data. `underKey`: the call had an
 * idempotency key of ours, under which Stripe keeps a 5xx as it does a success.
 */
export function toStripeError(error: unknown, { underKey = false } = {}): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Stripe.errors.StripeError)) {
    return new AppError('stripe_failed', 'Stripe answered something the SDK could not read', {
      retryable: true,
      ambiguous: true,
      cause: error,
    });
  }
  if (error instanceof Stripe.errors.StripeConnectionError) return networkError(error);
  const status = error.statusCode ?? 0;
  const isUnread = error instanceof Stripe.errors.StripeAPIError && status < 400;
  const isPassing = status >= 500 || PASSING.has(status) || isUnread;
  const isKeys = status === 401 || status === 403;
  const detail = [error.code, error.param, isKeys && 'look at STRIPE_SECRET_KEY and its rights']
    .filter(Boolean)
    .join(', ');
  return new AppError(
    `stripe_${error.code ?? error.type}`,
    `Stripe refused with HTTP ${status}${detail ? ` (${detail})` : ''}, request ${error.requestId ?? 'unknown'}`,
    {
      ...{ retryable: isPassing, ambiguous: status >= 500 || isUnread, vendorCode: error.code ?? error.type },
      keySpent: underKey && status >= 500,
    },
  );
}

/** Every row of a list, page after page; every failure comes out as AppError. */
export async function* everyRow<T>(list: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* list;
  } catch (error) {
    throw toStripeError(error);
  }
}

/** One call to Stripe; every failure comes out as AppError. */
export async function callStripe<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toStripeError(error);
  }
}

/** The same for a call that makes something, under an idempotency key of ours; `keySpent` says when the key is of no more use. */
export async function callStripeUnder<T>(
  idempotencyKey: string,
  call: (options: { idempotencyKey: string }) => Promise<T>,
): Promise<T> {
  try {
    return await call({ idempotencyKey });
  } catch (error) {
    throw toStripeError(error, { underKey: true });
  }
}
