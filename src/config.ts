import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  CONFIG_KEYS,
  GROUPS,
  isLoopback,
  isUrl,
  type Mailbox,
  missing,
  PRODUCTION_KEYS,
  schema,
  type Values,
} from './config-keys.ts';
import { type ModelConfig, modelConfigOf, modelProblems } from './config-model.ts';
import { secretProblems } from './config-secrets.ts';
import type { Locale } from './domain/locale.ts';

export type TwilioConfig = {
  accountSid: string;
  authToken: string;
  /** Channel address, e.g. whatsapp:+14155238886. */
  from: string;
  apiBaseUrl: string | undefined;
  messagingServiceSid: string | undefined;
  /** Where SMS leave from; none: they are off. */
  smsFrom: string | undefined;
  /** What WhatsApp takes of the sender: 80, more where Twilio raised it. */
  messagesPerSecond: number;
};
export type StripeConfig = { secretKey: string; webhookSecrets: string[]; apiBaseUrl: string | undefined };
export type OpenAiConfig = { apiKey: string; model: string; baseUrl: string | undefined };
export type MailConfig = { smtpUrl: string; from: Mailbox };

/**
 * A vendor without configuration is undefined: a stand-in takes its place outside production. Mail and Slack have none:
 * without them nothing is sent.
 */
export type Config = {
  env: 'development' | 'test' | 'production';
  port: number;
  /** Where a worker process serves its own /metrics; undefined: nowhere. */
  workerMetricsPort: number | undefined;
  workerMetricsHost: string;
  /** How many customers one worker answers at the same time; most of a turn is waiting for the model. */
  workerTurnsAtOnce: number;
  /** Without a trailing slash. */
  publicUrl: string;
  logLevel: string;
  databaseUrl: string | undefined;
  /** The same database without a pooler that shares connections, for what needs one to itself: LISTEN, migrations. */
  directDatabaseUrl: string | undefined;
  /** What a process opens beside: domain/connections. */
  databasePoolSize: number;
  mongodbUrl: string | undefined;
  dataDir: string;
  twilio: TwilioConfig | undefined;
  stripe: StripeConfig | undefined;
  openai: OpenAiConfig | undefined;
  /** How the model is called and what it may cost, whoever plays it. */
  model: ModelConfig;
  cronSecret: string | undefined;
  sessionSecret: string | undefined;
  /** Sorted, unique. */
  reminderDelaysMinutes: number[];
  checkoutExpiresMinutes: number;
  shop: { name: string; address: string; hours: string; timezone: string; locale: Locale; currency: string };
  mail: MailConfig | undefined;
  slackWebhookUrl: string | undefined;
  /** Where traces go, by OpenTelemetry's protocol; absent: none are made. */
  otlpEndpoint: string | undefined;
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

type Given = Partial<Record<keyof Values, string>>;

/** Keys that are absent although something else that is set needs them. */
function missingKeys(given: Given, isProduction: boolean, forCommand: boolean): (keyof Values)[] {
  const required = new Set<keyof Values>(isProduction && !forCommand ? PRODUCTION_KEYS : []);
  for (const [name, { needed, extra, optional }] of Object.entries(GROUPS)) {
    const isSoldWithout = name === 'openai' && given.OPENAI_MODEL === 'none';
    const isBegun = [...needed, ...extra].some((key) => given[key] !== undefined);
    const isExpected = isProduction && !forCommand && !optional;
    if (isSoldWithout || !(isBegun || isExpected)) continue;
    for (const key of needed) required.add(key);
  }
  // stripe:setup prints the webhook secret: a command must run before there is one.
  if (forCommand) required.delete('STRIPE_WEBHOOK_SECRET');
  return CONFIG_KEYS.filter((key) => required.has(key) && given[key] === undefined);
}

function groupsOf(values: Values): Pick<Config, 'twilio' | 'stripe' | 'openai' | 'mail'> {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_WHATSAPP_FROM: from } = values;
  const isTwilioSet = accountSid !== undefined && authToken !== undefined && from !== undefined;
  const twilio = isTwilioSet
    ? {
        accountSid,
        authToken,
        from: from.startsWith('whatsapp:') ? from : `whatsapp:${from}`,
        apiBaseUrl: values.TWILIO_API_BASE_URL,
        messagingServiceSid: values.TWILIO_MESSAGING_SERVICE_SID,
        smsFrom: values.TWILIO_SMS_FROM,
        messagesPerSecond: values.TWILIO_MESSAGES_PER_SECOND,
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
  const { SMTP_URL: smtpUrl, MAIL_FROM: mailFrom } = values;
  const mail = smtpUrl !== undefined && mailFrom !== undefined ? { smtpUrl, from: mailFrom } : undefined;
  return { twilio, stripe, openai, mail };
}

function toConfig(values: Values): Config {
  return {
    env: values.NODE_ENV,
    port: values.PORT,
    workerMetricsPort: values.WORKER_METRICS_PORT,
    workerMetricsHost: values.WORKER_METRICS_HOST,
    workerTurnsAtOnce: values.WORKER_TURNS_AT_ONCE,
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${values.PORT}`,
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    directDatabaseUrl: values.DIRECT_DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    mongodbUrl: values.MONGODB_URL,
    dataDir: values.DATA_DIR,
    ...groupsOf(values),
    model: modelConfigOf(values),
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
    slackWebhookUrl: values.SLACK_WEBHOOK_URL,
    otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
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
  if (parsed.success) problems.push(...modelProblems(parsed.data, (key) => given[key] !== undefined));
  // A command needs the secret the shop runs with, whatever it is worth.
  if (parsed.success && isProduction && options.for === 'shop') problems.push(...secretProblems(parsed.data));
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

// Beside package.json, whether this file runs from src/ or dist/.
const ENV_FILE = path.resolve(import.meta.dirname, '../.env');

/** process.env with the .env file beside package.json, if there is one; what is already set wins. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
  return process.env;
}
