import { existsSync } from 'node:fs';
import { z } from 'zod';
import { LOCALES, type Locale } from './domain/locale.ts';

export type TwilioConfig = {
  accountSid: string;
  authToken: string;
  /** Channel address, e.g. whatsapp:+14155238886. */
  from: string;
  apiBaseUrl: string | undefined;
  messagingServiceSid: string | undefined;
};
export type StripeConfig = { secretKey: string; webhookSecrets: string[]; apiBaseUrl: string | undefined };
export type OpenAiConfig = { apiKey: string; model: string; baseUrl: string | undefined };

/** A vendor without configuration is undefined: a stand-in takes its place outside production. */
export type Config = {
  env: 'development' | 'test' | 'production';
  port: number;
  /** Without a trailing slash. */
  publicUrl: string;
  logLevel: string;
  databaseUrl: string | undefined;
  mongodbUrl: string | undefined;
  dataDir: string;
  twilio: TwilioConfig | undefined;
  stripe: StripeConfig | undefined;
  openai: OpenAiConfig | undefined;
  cronSecret: string | undefined;
  sessionSecret: string | undefined;
  /** Sorted, unique. */
  reminderDelaysMinutes: number[];
  checkoutExpiresMinutes: number;
  shop: { name: string; address: string; hours: string; timezone: string; locale: Locale; currency: string };
  smtpUrl: string | undefined;
  mailFrom: string | undefined;
  slackWebhookUrl: string | undefined;
};

/** Every key that is missing or bad, each with what to do; never a value. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const isTimezone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== undefined;
  } catch {
    return false; // RangeError is how Intl says "no such zone"
  }
};
const isUrl = (value: string, ...protocols: string[]): boolean =>
  URL.canParse(value) && protocols.includes(new URL(value).protocol);

const text = (fallback: string) => z.string().max(500, 'must be at most 500 characters').default(fallback);
const isLoopback = (value: string): boolean =>
  isUrl(value, 'http:') && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(value).hostname);

const matching = (pattern: RegExp, advice: string) => z.string().regex(pattern, advice).optional();
const url = (advice: string, ...protocols: string[]) =>
  z
    .string()
    .refine((value) => isUrl(value, ...protocols), advice)
    .optional();
const webUrl = (advice: string) =>
  url(advice, 'http:', 'https:').transform((value) => value?.replace(/\/+$/, '')) as z.ZodType<string | undefined>;
const integer = (min: number, max: number, fallback: number) => {
  const advice = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, advice)
    .default(String(fallback))
    .transform(Number)
    .refine((value) => value >= min && value <= max, advice);
};
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

// Stripe takes expires_at from 30 minutes to 24 hours after its own clock: 31 and 1439 leave a minute, 1435 leaves room for clock skew and a retry (platform-facts).
const schema = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'], 'must be development, test or production')
    .default('development'),
  PORT: integer(1, 65_535, 3000),
  PUBLIC_URL: webUrl('must be the address customers and vendors reach the shop at, e.g. https://shop.example'),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
  DATABASE_URL: url('must start with postgresql://', 'postgres:', 'postgresql:'),
  MONGODB_URL: url('must start with mongodb:// or mongodb+srv://', 'mongodb:', 'mongodb+srv:'),
  DATA_DIR: text('.data'),
  TWILIO_ACCOUNT_SID: matching(/^AC\w+$/, 'must start with AC, as the Twilio console shows it'),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  TWILIO_WHATSAPP_FROM: matching(/^(whatsapp:)?\+[1-9]\d{6,14}$/, 'must be the sender, e.g. whatsapp:+14155238886'),
  TWILIO_API_BASE_URL: webUrl('must be an http(s) address'),
  TWILIO_MESSAGING_SERVICE_SID: matching(/^MG\w+$/, 'must start with MG'),
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
  SMTP_URL: url('must start with smtp:// or smtps://', 'smtp:', 'smtps:'),
  MAIL_FROM: z.string().includes('@', 'must be an email address').optional(),
  SLACK_WEBHOOK_URL: url('must be an https address', 'https:', 'http:'),
});
type Values = z.infer<typeof schema>;

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
};
const missing = (key: keyof Values) => `${key} is missing: ${WHAT_TO_DO[key] ?? 'set it'}`;

const GROUPS: Record<'twilio' | 'stripe' | 'openai', { needed: (keyof Values)[]; extra: (keyof Values)[] }> = {
  twilio: {
    needed: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_WHATSAPP_FROM'],
    extra: ['TWILIO_API_BASE_URL', 'TWILIO_MESSAGING_SERVICE_SID'],
  },
  stripe: { needed: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'], extra: ['STRIPE_API_BASE_URL'] },
  openai: { needed: ['OPENAI_API_KEY'], extra: ['OPENAI_BASE_URL'] },
};
const PRODUCTION_KEYS: (keyof Values)[] = ['DATABASE_URL', 'PUBLIC_URL', 'CRON_SECRET', 'SESSION_SECRET'];

type Given = Partial<Record<keyof Values, string>>;

/** Keys that are absent although something else that is set needs them. */
function missingKeys(given: Given, isProduction: boolean, forCommand: boolean): (keyof Values)[] {
  const required = new Set<keyof Values>(isProduction && !forCommand ? PRODUCTION_KEYS : []);
  for (const [name, { needed, extra }] of Object.entries(GROUPS)) {
    const isSoldWithout = name === 'openai' && given.OPENAI_MODEL === 'none';
    const isBegun = [...needed, ...extra].some((key) => given[key] !== undefined);
    if (isSoldWithout || !(isBegun || (isProduction && !forCommand))) continue;
    for (const key of needed) required.add(key);
  }
  // stripe:setup prints the webhook secret: a command must run before there is one.
  if (forCommand) required.delete('STRIPE_WEBHOOK_SECRET');
  return CONFIG_KEYS.filter((key) => required.has(key) && given[key] === undefined);
}

function groupsOf(values: Values): Pick<Config, 'twilio' | 'stripe' | 'openai'> {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_WHATSAPP_FROM: from } = values;
  const isTwilioSet = accountSid !== undefined && authToken !== undefined && from !== undefined;
  const twilio = isTwilioSet
    ? {
        accountSid,
        authToken,
        from: from.startsWith('whatsapp:') ? from : `whatsapp:${from}`,
        apiBaseUrl: values.TWILIO_API_BASE_URL,
        messagingServiceSid: values.TWILIO_MESSAGING_SERVICE_SID,
      }
    : undefined;
  const stripe = values.STRIPE_SECRET_KEY
    ? {
        secretKey: values.STRIPE_SECRET_KEY,
        webhookSecrets: values.STRIPE_WEBHOOK_SECRET ?? [],
        apiBaseUrl: values.STRIPE_API_BASE_URL,
      }
    : undefined;
  const openai =
    values.OPENAI_API_KEY && values.OPENAI_MODEL !== 'none'
      ? { apiKey: values.OPENAI_API_KEY, model: values.OPENAI_MODEL, baseUrl: values.OPENAI_BASE_URL }
      : undefined;
  return { twilio, stripe, openai };
}

function toConfig(values: Values): Config {
  return {
    env: values.NODE_ENV,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${values.PORT}`,
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    mongodbUrl: values.MONGODB_URL,
    dataDir: values.DATA_DIR,
    ...groupsOf(values),
    cronSecret: values.CRON_SECRET,
    sessionSecret: values.SESSION_SECRET,
    reminderDelaysMinutes: values.REMINDER_DELAYS_MINUTES,
    checkoutExpiresMinutes: values.CHECKOUT_EXPIRES_MINUTES,
    shop: {
      name: values.SHOP_NAME,
      address: values.SHOP_ADDRESS,
      hours: values.SHOP_HOURS,
      timezone: values.SHOP_TIMEZONE,
      locale: values.SHOP_LOCALE,
      currency: values.SHOP_CURRENCY,
    },
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    slackWebhookUrl: values.SLACK_WEBHOOK_URL,
  };
}

/**
 * Reads the whole environment at once. Throws ConfigError listing every bad or missing key. An empty value counts as
 * absent. With `for: 'command'` nothing is required beyond complete vendor groups: a command says itself what it needs.
 */
export function loadConfig(env: NodeJS.ProcessEnv, options: { for: 'shop' | 'command' } = { for: 'shop' }): Config {
  const given: Given = Object.fromEntries(
    CONFIG_KEYS.map((key) => [key, env[key]?.trim()]).filter(([, value]) => value !== undefined && value !== ''),
  );
  const isProduction = given.NODE_ENV === 'production';
  const problems = missingKeys(given, isProduction, options.for === 'command').map(missing);
  const parsed = schema.safeParse(given);
  for (const issue of parsed.error?.issues ?? []) problems.push(`${issue.path.join('.')} ${issue.message}`);
  if (
    isProduction &&
    given.PUBLIC_URL !== undefined &&
    !isUrl(given.PUBLIC_URL, 'https:') &&
    !isLoopback(given.PUBLIC_URL)
  ) {
    problems.push('PUBLIC_URL must be an https address in production (http only on this machine itself)');
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return toConfig(parsed.data);
}

/** What the web and worker roles share when they run apart: nothing is embedded and nothing is simulated there. */
export type RoleConfig = Config & {
  databaseUrl: string;
  twilio: TwilioConfig;
  stripe: StripeConfig;
  sessionSecret: string;
};

/** Throws ConfigError when web and worker cannot run as processes of their own with this configuration. */
export function requireForRoles(config: Config): RoleConfig {
  const { databaseUrl, twilio, stripe, sessionSecret } = config;
  if (databaseUrl && twilio && stripe && sessionSecret)
    return { ...config, databaseUrl, twilio, stripe, sessionSecret };
  const keys: (keyof Values)[] = [
    ...(databaseUrl ? [] : (['DATABASE_URL'] as const)),
    ...(twilio ? [] : GROUPS.twilio.needed),
    ...(stripe ? [] : GROUPS.stripe.needed),
    ...(sessionSecret ? [] : (['SESSION_SECRET'] as const)),
  ];
  throw new ConfigError([...keys.map(missing), 'or run "npm start", which brings a database and stand-ins']);
}

/** process.env with the .env file beside package.json, if there is one; what is already set wins. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
