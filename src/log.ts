import { AsyncLocalStorage } from 'node:async_hooks';
import { type DestinationStream, type Logger, pino } from 'pino';
import { describeError } from './domain/errors.ts';
import { maskPhone } from './domain/phone.ts';
import type { Log } from './ports.ts';

// Fields that hold what a customer wrote, who they are, or what opens something, wherever they stand in an object.
const HIDDEN = new Set(
  `authorization cookie set-cookie body text content message_body phone email from to address channelAddress firstName
    profileName name fields payload params variables token authToken secret password url apiKey signature arguments
    argumentsJson input output`
    .toLowerCase()
    .split(/\s+/),
);
// A write for every line costs a busy web more than the line itself (docs/performance.md): some are gathered, for a
// twentieth of a second at most. A process that exits writes what it holds; one killed with -9 may lose that.
const BUFFERED = { dest: 1, sync: false, minLength: 4096, periodicFlush: 50 };
const MAX_DEPTH = 6;
const MAX_CHARS = 500;

// As E.164, as people group it, and as it stands in an address.
const PHONE = /(?:\+|%2B)\d(?:[ .-]?\d){6,14}/gi;
const EMAIL = /[^\s@<>"']+@[^\s@<>"']+\.[^\s@<>"']+/g;
const KEY = /\b(sk|rk|whsec|Bearer|Basic)[-_ ][\w.~+/=-]{8,}/g;
/** Name and password in an address, e.g. DATABASE_URL. */
const CREDENTIALS = /(?<=:\/\/)[^\s/]+@/g;
/** The shape of a pickup token (domain/pickup.ts): whoever reads it could fetch the picture. */
const PICKUP_TOKEN = /(?<![\w-])[\w-]{43}(?![\w-])/g;
// Whatever one of these finds holds one of these. Ids and names of routes, which nearly every text is, do not.
const SUSPICIOUS = /[@+%]|(?:sk|rk|whsec|Bearer|Basic)[-_ ]|^.{43}/s;

function redactText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text
    .slice(0, MAX_CHARS)
    .replace(CREDENTIALS, '[hidden]@')
    .replace(KEY, '$1_[hidden]')
    .replace(EMAIL, '[email]')
    .replace(PHONE, (phone) => maskPhone(`+${phone.replace(/%2B|\D/gi, '')}`))
    .replace(PICKUP_TOKEN, '[token]');
}

function redactError(error: Error): object {
  // Frames only: the first lines of a stack repeat the message, uncut.
  const at = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    error: redactText(describeError(error)),
    at: at?.slice(0, 6).map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: redactText(describeError(error.cause)) }),
  };
}

function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value instanceof Error) return redactError(value);
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => redact(item, depth + 1));
  return addFields({}, value, depth);
}

/** One by one: a copy that more is added to has a shape of its own each time, which is dear under Node 20 (ADR 17). */
function addFields(to: Record<string, unknown>, fields: object, depth = 0): Record<string, unknown> {
  for (const [key, field] of Object.entries(fields)) {
    const isHidden = HIDDEN.has(key.toLowerCase()) && field !== null && field !== undefined;
    to[key] = isHidden ? '[hidden]' : redact(field, depth + 1);
  }
  return to;
}

/** What the work at hand is about: it is in each line, wherever in the work that is written. */
const about = new AsyncLocalStorage<object>();

/** `fields` and, before them, what the work at hand is about. */
const lineOf = (fields: object) =>
  addFields(addFields({}, about.getStore() ?? {}), fields instanceof Error ? { error: fields } : fields);

function wrap(logger: Logger): Log {
  return {
    debug: (fields, message) => logger.debug(lineOf(fields), message),
    info: (fields, message) => logger.info(lineOf(fields), message),
    warn: (fields, message) => logger.warn(lineOf(fields), message),
    error: (fields, message) => logger.error(lineOf(fields), message),
    child: (fields) => wrap(logger.child(addFields({}, fields))),
    within: (fields, act) => about.run(lineOf(fields), act),
  };
}

/**
 * JSON lines on standard output. Whatever callers pass, personal data, message texts and keys stay out: fields are
 * hidden by name, and phone numbers, emails, keys and pickup tokens are masked inside any string.
 */
export function createLog(options: { level: string; destination?: DestinationStream }): Log {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return wrap(pino(settings, options.destination ?? pino.destination(BUFFERED)));
}
