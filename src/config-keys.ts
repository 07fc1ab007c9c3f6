import { isIP } from 'node:net';
import { z } from 'zod';
import { LARGEST_POOL, SMALLEST_POOL } from './domain/connections.ts';
import { LOCALES } from './domain/locale.ts';
import { parsePrices } from './domain/model-cost.ts';

const isTimezone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== undefined;
  } catch {
    return false; // RangeError is how Intl says "no such zone"
  }
};
export const isUrl = (value: string, ...protocols: string[]): boolean =>
  URL.canParse(value) && protocols.includes(new URL(value).protocol);

export type Mailbox = { name: string | null; address: string };
// No list, no quoting inside, no line break: the header it becomes holds one sender.
const MAILBOX =
  /^(?:"?(?<name>[^"<>\r\n]*?)"?\s*<(?<named>[^\s<>@",;]+@[^\s<>@",;]+)>|(?<bare>[^\s<>@",;]+@[^\s<>@",;]+))$/;
function parseMailbox(value: string): Mailbox | undefined {
  const { name, named, bare } = MAILBOX.exec(value)?.groups ?? {};
  const address = named ?? bare;
  return address === undefined ? undefined : { name: name || null, address };
}

const text = (fallback: string) => z.string().max(500, 'must be at most 500 characters').default(fallback);
export const isLoopback = (value: string): boolean =>
  isUrl(value, 'http:') && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(value).hostname);

const matching = (pattern: RegExp, advice: string) => z.string().regex(pattern, advice).optional();
const url = (advice: string, ...protocols: string[]) =>
  z
    .string()
    .refine((value) => isUrl(value, ...protocols), advice)
    .optional();
const webUrl = (advice: string) =>
  url(advice, 'http:', 'https:').transform((value) => value?.replace(/\/+$/, '')) as z.ZodType<string | undefined>;
const anyInteger = (min: number, max: number) => {
  const advice = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, advice)
    .transform(Number)
    .refine((value) => value >= min && value <= max, advice);
};
const integer = (min: number, max: number, fallback: number) => anyInteger(min, max).prefault(String(fallback));
const optionalInteger = (min: number, max: number) => anyInteger(min, max).optional();
// https://platform.openai.com/docs/guides/reasoning: not every model takes every one
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;
const BUDGET_ADVICE = 'must be US dollars a day, e.g. 10 or 0.50, or none';
/** In millionths of a dollar; null: no limit. */
const dailyBudget = (fallback: string) =>
  z
    .string()
    .regex(/^(?:none|\d{1,6}(?:\.\d{1,2})?)$/, BUDGET_ADVICE)
    .default(fallback)
    .transform((value) => (value === 'none' ? null : Math.round(Number(value) * 1_000_000)))
    .refine((microUsd) => microUsd !== 0, BUDGET_ADVICE);
const secret = (minChars: number) =>
  z
    .string()
    .min(minChars, `must have at least ${minChars} characters: make one with "openssl rand -hex 32"`)
    .optional();

const DELAYS_ADVICE = 'must be minutes, positive whole numbers separated by commas, e.g. 60 or 60,360,720,1380';
const delays = z
  .string()
  .default('60')
  .transform((value) => value.split(',').map((part) => part.trim()))
  .refine((parts) => parts.every((part) => /^[1-9]\d{0,4}$/.test(part)), DELAYS_ADVICE)
  .transform((parts) => [...new Set(parts.map(Number))].sort((a, b) => a - b));

// CHECKOUT_EXPIRES_MINUTES: Stripe takes expires_at from 30 minutes to 24 hours after its own clock: 31 and 1439 leave a
// minute, 1435 leaves room for clock skew and a retry (https://docs.stripe.com/api/checkout/sessions/create).
export const schema = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'], 'must be development, test or production')
    .default('development'),
  PORT: integer(1, 65_535, 3000),
  WORKER_METRICS_PORT: optionalInteger(1, 65_535),
  WORKER_METRICS_HOST: z
    .string()
    .refine((value) => isIP(value) !== 0, 'must be an IP address of this machine, or 0.0.0.0 for all')
    .default('127.0.0.1'),
  WORKER_TURNS_AT_ONCE: integer(1, 200, 6),
  PUBLIC_URL: webUrl('must be the address customers and vendors reach the shop at, e.g. https://shop.example'),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
  DATABASE_URL: url('must start with postgresql://', 'postgres:', 'postgresql:'),
  DIRECT_DATABASE_URL: url('must start with postgresql://', 'postgres:', 'postgresql:'),
  DATABASE_POOL_SIZE: integer(SMALLEST_POOL, LARGEST_POOL, 20),
  MONGODB_URL: url('must start with mongodb:// or mongodb+srv://', 'mongodb:', 'mongodb+srv:'),
  DATA_DIR: text('.data'),
  TWILIO_ACCOUNT_SID: matching(/^AC\w+$/, 'must start with AC, as the Twilio console shows it'),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  TWILIO_WHATSAPP_FROM: matching(/^(whatsapp:)?\+[1-9]\d{6,14}$/, 'must be the sender, e.g. whatsapp:+14155238886'),
  TWILIO_API_BASE_URL: webUrl('must be an http(s) address'),
  TWILIO_MESSAGING_SERVICE_SID: matching(/^MG\w+$/, 'must start with MG'),
  TWILIO_SMS_FROM: matching(/^\+[1-9]\d{6,14}$/, 'must be a phone number of yours at Twilio, e.g. +14155550100'),
  TWILIO_MESSAGES_PER_SECOND: integer(2, 1_000, 80),
  STRIPE_SECRET_KEY: matching(/^(sk|rk)_\w+$/, 'must be a secret or restricted key, starting with sk_ or rk_'),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .refine(
      (parts) => parts.every((part) => /^whsec_\S+$/.test(part)),
      'must start with whsec_ (several separated by commas while rotating)',
    )
    .optional(),
  STRIPE_API_BASE_URL: webUrl('must be an http(s) address'),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_MODEL: text('gpt-5-mini'),
  OPENAI_BASE_URL: webUrl('must be an http(s) address'),
  OPENAI_TEMPERATURE: matching(/^(?:[01](?:\.\d{1,2})?|2(?:\.0{1,2})?)$/, 'must be a number from 0 to 2').transform(
    (value) => (value === undefined ? undefined : Number(value)),
  ),
  OPENAI_REASONING_EFFORT: z.enum(EFFORTS, `must be ${EFFORTS.join(', ')}`).optional(),
  OPENAI_MAX_OUTPUT_TOKENS: optionalInteger(200, 20_000),
  OPENAI_TIMEOUT_SECONDS: integer(3, 60, 15),
  OPENAI_HISTORY_MESSAGES: integer(2, 20, 8),
  OPENAI_PRICES: z
    .string()
    .transform(parsePrices)
    .refine((price) => price !== undefined, 'must be dollars per million tokens: input,cached input,output')
    .optional(),
  OPENAI_DAILY_BUDGET_USD: dailyBudget('10'),
  OPENAI_DAILY_BUDGET_PER_CUSTOMER_USD: dailyBudget('0.50'),
  CRON_SECRET: secret(8),
  SESSION_SECRET: secret(16),
  REMINDER_DELAYS_MINUTES: delays,
  CHECKOUT_EXPIRES_MINUTES: integer(31, 1439, 1435),
  SHOP_NAME: text('Comptoir'),
  SHOP_ADDRESS: text(''),
  SHOP_HOURS: text(''),
  SHOP_TIMEZONE: z
    .string()
    .refine(isTimezone, 'must be an IANA time zone, e.g. America/Guadeloupe')
    .default('America/Guadeloupe'),
  SHOP_LOCALE: z.enum(LOCALES, `must be ${LOCALES.join(', ')}`).default('fr'),
  SHOP_CURRENCY: z
    .string()
    .regex(/^[A-Za-z]{3}$/, 'must be an ISO 4217 code, e.g. EUR')
    .default('EUR')
    .transform((value) => value.toUpperCase()),
  SMTP_URL: z
    .string()
    .refine(
      (value) => isUrl(value, 'smtp:', 'smtps:') && new URL(value).hostname !== '',
      'must be the address of a mail server, smtp://user:password@host:587 or smtps://user:password@host:465',
    )
    .optional(),
  MAIL_FROM: z
    .string()
    .transform(parseMailbox)
    .refine((mailbox) => mailbox !== undefined, 'must be an email address, shop@example.com or Name <shop@example.com>')
    .optional(),
  SLACK_WEBHOOK_URL: z
    .string()
    .refine((value) => isUrl(value, 'https:') || isLoopback(value), 'must be an https address')
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl('must be the http(s) address of a collector, e.g. http://localhost:4318'),
});
/** What the environment says, key by key, with defaults filled in. */
export type Values = z.infer<typeof schema>;

/** Every key that is read, in the order of .env.example. */
export const CONFIG_KEYS = Object.keys(schema.shape) as (keyof Values)[];

const WHAT_TO_DO: Partial<Record<keyof Values, string>> = {
  DATABASE_URL: 'set it to the PostgreSQL database, postgresql://user:password@host:5432/name',
  PUBLIC_URL: 'set it to the https address customers and vendors reach the shop at',
  TWILIO_ACCOUNT_SID: 'copy it from the Twilio console, Account Info',
  TWILIO_AUTH_TOKEN: 'copy it from the Twilio console, Account Info',
  TWILIO_WHATSAPP_FROM: 'set it to the WhatsApp sender, e.g. whatsapp:+14155238886',
  STRIPE_SECRET_KEY: 'copy it from the Stripe dashboard, Developers > API keys',
  STRIPE_WEBHOOK_SECRET:
    'run "npm run stripe:setup", which prints it, or copy it from the webhook endpoint in the Stripe dashboard',
  OPENAI_API_KEY: 'make one at platform.openai.com, or set OPENAI_MODEL=none to sell without a model',
  CRON_SECRET: 'make one with "openssl rand -hex 32"',
  SESSION_SECRET: 'make one with "openssl rand -hex 32" and keep it: QR codes already sent depend on it',
  SMTP_URL: "set it to your mail provider's server, smtp://user:password@host:587, or leave MAIL_FROM empty as well",
  MAIL_FROM: 'set it to the sender your mail provider lets you use, e.g. Shop <shop@example.com>',
};
/** One line of a ConfigError: what is missing and where to get it. */
export const missing = (key: keyof Values) => `${key} is missing: ${WHAT_TO_DO[key] ?? 'set it'}`;

type Group = {
  needed: (keyof Values)[];
  extra: (keyof Values)[];
  /** A shop in production may do without it. */
  optional?: true;
};
/** A vendor is configured whole or not at all: setting any key of a group asks for all that are needed. */
export const GROUPS: Record<'twilio' | 'stripe' | 'openai' | 'mail', Group> = {
  twilio: {
    needed: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_WHATSAPP_FROM'],
    extra: ['TWILIO_API_BASE_URL', 'TWILIO_MESSAGING_SERVICE_SID', 'TWILIO_SMS_FROM', 'TWILIO_MESSAGES_PER_SECOND'],
  },
  stripe: { needed: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'], extra: ['STRIPE_API_BASE_URL'] },
  openai: { needed: ['OPENAI_API_KEY'], extra: ['OPENAI_BASE_URL'] },
  mail: { needed: ['SMTP_URL', 'MAIL_FROM'], extra: [], optional: true },
};
export const PRODUCTION_KEYS: (keyof Values)[] = ['DATABASE_URL', 'PUBLIC_URL', 'CRON_SECRET', 'SESSION_SECRET'];
