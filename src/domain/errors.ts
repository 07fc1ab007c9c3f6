export type AppErrorOptions = {
  /** True when the same call may succeed later without anyone changing anything. */
  retryable?: boolean;
  /** True when the effect may have happened although we were not told (a timeout after sending). */
  ambiguous?: boolean;
  /** True when the vendor keeps this answer under the call's idempotency key: only another key gets another one. */
  keySpent?: boolean;
  /** The vendor's own code, e.g. Twilio's 63016. */
  vendorCode?: string | number;
  /** How long the vendor asks us to wait before we try again. */
  retryAfterSeconds?: number;
  cause?: unknown;
};

/**
 * A fault, as opposed to an expected refusal (those are returned values). `code` is stable and machine-readable;
 * `message` tells the operator what to do next and carries no secret and no personal data.
 */
export class AppError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly ambiguous: boolean;
  readonly keySpent: boolean;
  readonly vendorCode: string | number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.ambiguous = options.ambiguous ?? false;
    this.keySpent = options.keySpent ?? false;
    this.vendorCode = options.vendorCode;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** What may be written to a log or an error column about anything thrown: never a payload. */
export function describeError(error: unknown): string {
  if (error instanceof AppError) return `${error.code}: ${error.message}`;
  if (error instanceof Error) return `${error.name}: ${error.message}`.slice(0, 500);
  return 'unknown error';
}

/** A short name for anything thrown: our own code, or that of the vendor, the system or PostgreSQL; never a text. */
export function errorCodeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  const word = [code, name].find((each) => typeof each === 'string' && /^\w{2,50}$/.test(each));
  return word === undefined ? 'unknown' : String(word);
}
