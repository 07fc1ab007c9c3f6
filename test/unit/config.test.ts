import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { ConfigError, loadConfig, readEnvironment, requireForRoles } from '../../src/config.ts';
import { CONFIG_KEYS } from '../../src/config-keys.ts';
import { secretAdvice } from '../../src/config-secrets.ts';

const twilio = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_WHATSAPP_FROM: '+14155238886',
};
const stripe = { STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET: 'whsec_a, whsec_b' };
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://u:p@db/x',
  PUBLIC_URL: 'https://shop.example/',
  ...twilio,
  ...stripe,
  OPENAI_API_KEY: 'sk-x',
  TWILIO_AUTH_TOKEN: '5f1c0e9ab27d43866e0d9c41f7a2b358',
  CRON_SECRET: '0b7e5d1f9a3c48626d0f4e8b2c9a71359e6c4a8f1b3d7e50',
  SESSION_SECRET: 'c1a97f3e5d8b02464f9e1c7a3b5d8062e7f4a9c1d3b50687',
};

function problemsOf(env: NodeJS.ProcessEnv, what: 'shop' | 'command' = 'shop'): readonly string[] {
  try {
    loadConfig(env, { for: what });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
const keysOf = (problems: readonly string[]) => problems.map((problem) => problem.split(' ')[0]);

test('nothing at all is enough outside production, and an empty value counts as nothing', () => {
  const config = loadConfig({ DATABASE_URL: '', TWILIO_AUTH_TOKEN: '  ' });
  expect(config).toMatchObject({
    env: 'development',
    port: 3000,
    publicUrl: 'http://localhost:3000',
    reminderDelaysMinutes: [60],
    checkoutExpiresMinutes: 1435,
    databaseUrl: undefined,
    databasePoolSize: 20,
    twilio: undefined,
    stripe: undefined,
    openai: undefined,
    sessionSecret: undefined,
    shop: { locale: 'fr', currency: 'EUR', timezone: 'America/Guadeloupe' },
  });
});

test('production asks for everything at once, each with what to do', () => {
  expect(keysOf(problemsOf({ NODE_ENV: 'production' }))).toEqual([
    'PUBLIC_URL',
    'DATABASE_URL',
    'TWILIO_ACCOUNT_SID',
    'TWILIO_AUTH_TOKEN',
    'TWILIO_WHATSAPP_FROM',
    'STRIPE_SECRET_KEY',
    'STRIPE_WEBHOOK_SECRET',
    'OPENAI_API_KEY',
    'CRON_SECRET',
    'SESSION_SECRET',
  ]);
});

test('a complete production configuration comes out typed and grouped', () => {
  expect(loadConfig(production)).toMatchObject({
    publicUrl: 'https://shop.example',
    twilio: { from: 'whatsapp:+14155238886', messagingServiceSid: undefined },
    stripe: { webhookSecrets: ['whsec_a', 'whsec_b'] },
    openai: { model: 'gpt-5-mini' },
  });
});

test('OPENAI_MODEL=none sells without a model, in production too', () => {
  expect(loadConfig({ ...production, OPENAI_API_KEY: '', OPENAI_MODEL: 'none' }).openai).toBeUndefined();
});

test('the model is called and paid for as configured, in whole millionths of a dollar', () => {
  expect(loadConfig({}).model).toEqual({
    call: { temperature: undefined, reasoningEffort: undefined, maxOutputTokens: undefined, timeoutMs: 15_000 },
    terms: {
      price: { inputMicroUsd: 250_000, cachedInputMicroUsd: 25_000, outputMicroUsd: 2_000_000 },
      ...{ shopDailyMicroUsd: 10_000_000, customerDailyMicroUsd: 500_000, historyMessages: 8 },
    },
  });
  const own = { OPENAI_MODEL: 'llama-4', OPENAI_PRICES: '0.1, 0.1, 0.33', OPENAI_TEMPERATURE: '0.3' };
  const given = { ...own, OPENAI_DAILY_BUDGET_USD: '2.50', OPENAI_DAILY_BUDGET_PER_CUSTOMER_USD: 'none' };
  expect(loadConfig(given).model).toMatchObject({
    call: { temperature: 0.3 },
    terms: { price: { outputMicroUsd: 330_000 }, shopDailyMicroUsd: 2_500_000, customerDailyMicroUsd: null },
  });
});

test('a budget needs a price, a model nobody knows the price of has none, and a temperature is not for models that reason', () => {
  expect(problemsOf({ OPENAI_MODEL: 'llama-4', OPENAI_DAILY_BUDGET_USD: '5' })).toEqual([
    "OPENAI_DAILY_BUDGET_USD needs the model's price: set OPENAI_PRICES to its dollars per million tokens",
  ]);
  expect(loadConfig({ OPENAI_MODEL: 'llama-4' }).model.terms).toMatchObject({ price: null, shopDailyMicroUsd: null });
  expect(problemsOf({ OPENAI_TEMPERATURE: '0' })).toEqual([
    'OPENAI_TEMPERATURE is refused by models that reason: leave it empty',
  ]);
  const none = { OPENAI_REASONING_EFFORT: 'none', OPENAI_MODEL: 'gpt-5.1', OPENAI_TEMPERATURE: '0' };
  expect(loadConfig(none).model.call).toMatchObject({ temperature: 0, reasoningEffort: 'none' });
  expect(loadConfig({ OPENAI_MODEL: 'none', OPENAI_TEMPERATURE: '0' }).openai).toBeUndefined();
});

test('a vendor that is half configured is an error anywhere, naming what is missing', () => {
  expect(keysOf(problemsOf({ TWILIO_ACCOUNT_SID: twilio.TWILIO_ACCOUNT_SID }))).toEqual([
    'TWILIO_AUTH_TOKEN',
    'TWILIO_WHATSAPP_FROM',
  ]);
  expect(keysOf(problemsOf({ STRIPE_SECRET_KEY: 'sk_test_x' }))).toEqual(['STRIPE_WEBHOOK_SECRET']);
  expect(keysOf(problemsOf({ OPENAI_BASE_URL: 'http://localhost:1' }))).toEqual(['OPENAI_API_KEY']);
});

test('mail is optional, in production too, but not by halves', () => {
  expect(loadConfig(production).mail).toBeUndefined();
  expect(keysOf(problemsOf({ ...production, SMTP_URL: 'smtp://mail.example:587' }))).toEqual(['MAIL_FROM']);
  expect(keysOf(problemsOf({ MAIL_FROM: 'shop@example.com' }))).toEqual(['SMTP_URL']);
});

test.each([
  ['shop@example.com', { name: null, address: 'shop@example.com' }],
  ['Pneus Caraïbes <shop@example.com>', { name: 'Pneus Caraïbes', address: 'shop@example.com' }],
  ['"Pneus, Caraïbes" <shop@example.com>', { name: 'Pneus, Caraïbes', address: 'shop@example.com' }],
])('mail may be sent by %s', (given, from) => {
  const smtpUrl = 'smtp://user:p%40ss@mail.example:587';
  expect(loadConfig({ SMTP_URL: smtpUrl, MAIL_FROM: given }).mail).toEqual({ smtpUrl, from });
});

test.each([
  'shop',
  '@example.com',
  'a@b, c@d',
  'Shop <a@b',
  'Shop a@b>',
  'Shop <a@b> <c@d>',
  'a b@c',
  'x\r\nBcc: y <a@b>',
])('mail is not sent by %j', (given) => {
  expect(keysOf(problemsOf({ SMTP_URL: 'smtp://mail.example', MAIL_FROM: given }))).toEqual(['MAIL_FROM']);
});

test('a mail server has a name, and Slack is reached by https', () => {
  expect(keysOf(problemsOf({ SMTP_URL: 'smtp:', MAIL_FROM: 'a@b' }))).toEqual(['SMTP_URL']);
  expect(keysOf(problemsOf({ SLACK_WEBHOOK_URL: 'http://hooks.slack.example/x' }))).toEqual(['SLACK_WEBHOOK_URL']);
  expect(loadConfig({ SLACK_WEBHOOK_URL: 'http://127.0.0.1:1/x' }).slackWebhookUrl).toBe('http://127.0.0.1:1/x');
});

test('a command needs no more than it uses: stripe:setup runs before there is a webhook secret', () => {
  expect(problemsOf({ STRIPE_SECRET_KEY: 'sk_test_x' }, 'command')).toEqual([]);
  expect(problemsOf({ NODE_ENV: 'production' }, 'command')).toEqual([]);
  expect(keysOf(problemsOf({ TWILIO_AUTH_TOKEN: 'x' }, 'command'))).toEqual([
    'TWILIO_ACCOUNT_SID',
    'TWILIO_WHATSAPP_FROM',
  ]);
});

const bad: Record<string, string> = {
  NODE_ENV: 'staging-SECRET',
  PORT: '99999-SECRET',
  PUBLIC_URL: 'ftp://SECRET',
  LOG_LEVEL: 'SECRET',
  DATABASE_URL: 'mysql://SECRET',
  DATABASE_POOL_SIZE: '1',
  MONGODB_URL: 'SECRET',
  TWILIO_ACCOUNT_SID: 'SECRET',
  TWILIO_AUTH_TOKEN: 'x',
  TWILIO_WHATSAPP_FROM: 'SECRET',
  TWILIO_API_BASE_URL: 'SECRET',
  TWILIO_MESSAGING_SERVICE_SID: 'SECRET',
  TWILIO_SMS_FROM: 'SECRET',
  STRIPE_SECRET_KEY: 'pk_SECRET',
  STRIPE_WEBHOOK_SECRET: 'whsec_a,SECRET',
  STRIPE_API_BASE_URL: 'SECRET',
  OPENAI_API_KEY: 'x',
  OPENAI_BASE_URL: 'SECRET',
  OPENAI_TEMPERATURE: '2.5',
  OPENAI_REASONING_EFFORT: 'SECRET',
  OPENAI_MAX_OUTPUT_TOKENS: '100',
  OPENAI_TIMEOUT_SECONDS: '0',
  OPENAI_HISTORY_MESSAGES: '21',
  OPENAI_PRICES: '1,SECRET,2',
  OPENAI_DAILY_BUDGET_USD: '0',
  OPENAI_DAILY_BUDGET_PER_CUSTOMER_USD: '1,50',
  CRON_SECRET: 'SECRET',
  SESSION_SECRET: 'SECRET',
  REMINDER_DELAYS_MINUTES: '60,SECRET',
  CHECKOUT_EXPIRES_MINUTES: '29',
  SHOP_TIMEZONE: 'Mars/SECRET',
  SHOP_LOCALE: 'SECRET',
  SHOP_CURRENCY: 'SECRET',
  SMTP_URL: 'SECRET',
  MAIL_FROM: 'SECRET',
  SLACK_WEBHOOK_URL: 'SECRET',
};

test('every bad value is named in one go, and none is shown', () => {
  const problems = problemsOf(bad);
  const refused = Object.keys(bad).filter((key) => !['TWILIO_AUTH_TOKEN', 'OPENAI_API_KEY'].includes(key));
  expect(new Set(keysOf(problems))).toEqual(new Set(refused));
  expect(problems.join('\n')).not.toContain('SECRET-');
  expect(problems.filter((problem) => /SECRET(?!_| )/.test(problem.replace(/^\w+/, '')))).toEqual([]);
});

test.each([
  ['60', [60]],
  ['1380, 60,360,60', [60, 360, 1380]],
])('reminder delays %s are sorted and unique', (given, delays) => {
  expect(loadConfig({ REMINDER_DELAYS_MINUTES: given }).reminderDelaysMinutes).toEqual(delays);
});

test.each(['0', '-5', '2.5', '', ','].filter((given) => given !== ''))('reminder delays %s are refused', (given) => {
  expect(keysOf(problemsOf({ REMINDER_DELAYS_MINUTES: given }))).toEqual(['REMINDER_DELAYS_MINUTES']);
});

test('production refuses a public address without https', () => {
  expect(problemsOf({ ...production, PUBLIC_URL: 'http://shop.example' })).toEqual([
    'PUBLIC_URL must be an https address in production (http only on this machine itself)',
  ]);
});

test.each([
  ['aaaaaaaaaaaaaaaa', 'changeme'],
  ['a'.repeat(64), 'changeme'.repeat(4)],
])('production refuses SESSION_SECRET=%s and CRON_SECRET=%s, of hardly any different characters', (session, cron) => {
  const guessable = { ...production, SESSION_SECRET: session, CRON_SECRET: cron };
  const problems = problemsOf(guessable);
  expect(keysOf(problems)).toEqual(['CRON_SECRET', 'SESSION_SECRET']);
  expect(problems.join()).toContain('openssl rand -hex 32');
  expect(problems.join()).not.toContain(session);
  // What the shop runs with is what a command must go by.
  expect(problemsOf(guessable, 'command')).toEqual([]);
});

test('a secret somebody typed serves, and is advised against', () => {
  const typed = { SESSION_SECRET: 'the shop in rue Frebault', CRON_SECRET: 'only lucie knows' };
  expect(problemsOf({ ...production, ...typed })).toEqual([]);
  expect(secretAdvice(typed).map((advice) => advice.split(' ')[0])).toEqual(['CRON_SECRET', 'SESSION_SECRET']);
  expect(secretAdvice(production)).toEqual([]);
});

test.each(['hex', 'base64', 'base64url'] as const)('24 random bytes as %s are secret enough', (form) => {
  for (let time = 0; time < 100; time++)
    expect(problemsOf({ ...production, SESSION_SECRET: randomBytes(24).toString(form) })).toEqual([]);
});

test('roles that run apart say what they cannot do without', () => {
  expect(() => requireForRoles(loadConfig({}))).toThrow(
    /DATABASE_URL[\s\S]*TWILIO_AUTH_TOKEN[\s\S]*STRIPE_SECRET_KEY[\s\S]*SESSION_SECRET/,
  );
  const given = { ...twilio, ...stripe, DATABASE_URL: 'postgresql://x', SESSION_SECRET: 's'.repeat(32) };
  expect(requireForRoles(loadConfig(given)).databaseUrl).toBe('postgresql://x');
});

test('.env.example lists exactly the keys that are read, each with a comment', () => {
  const lines = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split('\n');
  const listed = lines.flatMap((line, index) =>
    /^[A-Z_]+=/.test(line) ? [{ key: line.split('=')[0], above: lines[index - 1] }] : [],
  );
  expect(listed.map(({ key }) => key)).toEqual(CONFIG_KEYS);
  for (const { above } of listed) expect(above).toMatch(/^# \S/);
  const values = Object.fromEntries(lines.filter((line) => /^[A-Z_]+=/.test(line)).map((line) => line.split(/=(.*)/)));
  expect(loadConfig(values)).toEqual(loadConfig({}));
});

test('only the .env beside package.json is read, not one that lies where the command was called', () => {
  const home = process.cwd();
  const elsewhere = mkdtempSync(path.join(tmpdir(), 'comptoir-env-'));
  writeFileSync(path.join(elsewhere, '.env'), 'COMPTOIR_TEST_KEY=from elsewhere');
  try {
    process.chdir(elsewhere);
    expect(readEnvironment().COMPTOIR_TEST_KEY).toBeUndefined();
  } finally {
    process.chdir(home);
    rmSync(elsewhere, { recursive: true });
  }
});
