import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import express from 'express';
import { compose } from './compose.ts';
import { type Config, type RoleConfig, requireForRoles } from './config.ts';
import { isLoopback } from './config-keys.ts';
import { loadDemoCatalogue } from './db/demo-catalogue.ts';
import { migrateDeploy } from './db/migrate.ts';
import { fillSearchIndex } from './db/search-index.ts';
import { startEmbeddedPostgres } from './embedded/postgres.ts';
import { addStaff } from './flows/add-staff.ts';
import { submitTemplates } from './flows/submit-templates.ts';
import type { Log } from './ports.ts';
import { listen, stopOnSignals } from './roles.ts';
import { type Sandbox, startSandbox } from './sandbox/start.ts';

const SHOP_NUMBER = '+590590000000';
const DEMO_EMAIL = 'equipe@comptoir.example';
const HINTS = ['Je cherche des pneus pas chers', 'Un équilibrage', 'Où en est ma commande ?'];

type Secrets = Record<'session' | 'cron' | 'twilio' | 'stripe' | 'webhook' | 'openai', string>;

/** What nobody configured is made up once and kept, so that sessions and QR codes survive a restart. */
function keptSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  if (!existsSync(file)) {
    const secret = () => randomBytes(24).toString('base64url');
    const secrets: Secrets = {
      session: secret(),
      cron: secret(),
      twilio: secret(),
      stripe: `sk_test_${secret()}`,
      webhook: `whsec_${secret()}`,
      openai: `sk-standin-${secret()}`,
    };
    mkdirSync(dataDir, { recursive: true, mode: 0o755 });
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
}

function withStandIns(config: Config, secrets: Secrets, sandbox: Sandbox, databaseUrl: string): RoleConfig {
  return requireForRoles({
    ...config,
    databaseUrl,
    sessionSecret: config.sessionSecret ?? secrets.session,
    twilio: config.twilio ?? {
      ...twilioAccount(secrets),
      apiBaseUrl: sandbox.twilioBaseUrl,
      messagingServiceSid: undefined,
      smsFrom: undefined,
      messagesPerSecond: 80,
    },
    stripe: config.stripe ?? {
      secretKey: secrets.stripe,
      webhookSecrets: [secrets.webhook],
      apiBaseUrl: sandbox.stripeBaseUrl,
    },
    openai: config.openai ?? { apiKey: secrets.openai, model: 'stand-in', baseUrl: sandbox.openaiBaseUrl },
  });
}

const twilioAccount = (secrets: Secrets) => ({
  accountSid: `AC${'0'.repeat(32)}`,
  authToken: secrets.twilio,
  from: `whatsapp:${SHOP_NUMBER}`,
});

/** The chat page is served to this machine only, whatever address a tunnel gives the shop. */
const chatPage = ({ publicUrl, port }: Config): string =>
  `${isLoopback(publicUrl) ? publicUrl : `http://localhost:${port}`}/sandbox`;

/** The sweeps a jump in time may make due, through the operator's own routes. */
async function runSweeps(appUrl: string, cronSecret: string): Promise<void> {
  for (const job of [
    'payment-reminders',
    'expire-checkouts',
    'clean-expired-carts',
    'request-reviews',
    'erase-forgotten',
    'count-numbers',
    'daily-report',
  ]) {
    const response = await fetch(`${appUrl}/cron/${job}`, { headers: { authorization: `Bearer ${cronSecret}` } });
    await response.body?.cancel();
  }
}

/**
 * The shop outside production: embedded PostgreSQL unless DATABASE_URL is set, a stand-in for every vendor without a
 * key, the demo catalogue, both roles in this process, and the chat page.
 */
export async function runDemo(config: Config, log: Log): Promise<void> {
  const embedded = config.databaseUrl ? undefined : await startEmbeddedPostgres(config.dataDir);
  try {
    await openDemo(config, log, config.databaseUrl ?? (embedded?.url as string), async () => embedded?.stop());
  } catch (error) {
    // What could not open leaves no database running behind it.
    await embedded?.stop();
    throw error;
  }
}

async function openDemo(
  config: Config,
  log: Log,
  databaseUrl: string,
  stopDatabase: () => Promise<void>,
): Promise<void> {
  const startedMs = Date.now();
  const secrets = keptSecrets(config.dataDir);
  const cronSecret = config.cronSecret ?? secrets.cron;
  await migrateDeploy(databaseUrl);
  let appUrl = config.publicUrl;
  const sandbox = await startSandbox({
    dataDir: path.join(config.dataDir, 'sandbox'),
    publicUrl: config.publicUrl,
    shop: { ...config.shop, number: SHOP_NUMBER },
    twilio: twilioAccount(secrets),
    stripe: { secretKey: secrets.stripe, webhookSecret: secrets.webhook },
    onClockAdvance: () => runSweeps(appUrl, cronSecret),
  });
  const roles = withStandIns(config, secrets, sandbox, databaseUrl);
  const isSimulated = !config.twilio || !config.stripe;
  const chatUrl = config.twilio ? undefined : chatPage(config);
  const shop = await compose(roles, {
    ...{ clock: sandbox.clock, log, cronSecret, keepsQuietHours: config.twilio !== undefined },
    ...(chatUrl && { chatUrl }),
  });
  await loadDemoCatalogue(shop.db);
  await fillSearchIndex(shop.db);

  const app = express().disable('x-powered-by');
  if (isSimulated) app.use('/sandbox', sandbox.router);
  app.use((request: IncomingMessage, response: ServerResponse) => shop.app(request, response));
  const web = await listen(app, config.port);
  appUrl = `http://127.0.0.1:${web.port}`;
  sandbox.appIsAt({ publicUrl: config.publicUrl, appUrl });
  if (!config.twilio) await submitTemplates({ ...shop, publicUrl: config.publicUrl });
  const staff = await demoStaff(shop, config.dataDir);
  sandbox.tell({ staff, hints: HINTS });
  const worker = await shop.startWorker();
  printWelcome(config, { staff, isSimulated, startedMs });

  stopOnSignals(log, [[web.close, worker.stop], [sandbox.stop], [shop.close], [stopDatabase]]);
}

/** The demo's member of staff; the password is shown once, at the start that made the account. */
async function demoStaff(shop: Awaited<ReturnType<typeof compose>>, dataDir: string) {
  const password = randomBytes(9).toString('base64url');
  const account = { email: DEMO_EMAIL, password, name: 'Équipe démo', role: 'manager' as const };
  const made = await addStaff(shop, account);
  // The chat page shows it to the newcomer beside the phone, on this machine only.
  const file = path.join(dataDir, 'demo-staff-password');
  if (made === 'created') writeFileSync(file, password, { mode: 0o600 });
  const known = existsSync(file) ? readFileSync(file, 'utf8') : null;
  return { email: DEMO_EMAIL, password: known, isNew: made === 'created' };
}

function printWelcome(
  config: Config,
  facts: { staff: { email: string; password: string | null; isNew: boolean }; isSimulated: boolean; startedMs: number },
): void {
  const seconds = ((Date.now() - facts.startedMs) / 1000).toFixed(1);
  const simulated = [
    ...(config.twilio ? [] : ['WhatsApp']),
    ...(config.stripe ? [] : ['Stripe']),
    ...(config.openai ? [] : ['the model']),
  ];
  const lines = [
    '',
    `  ${config.shop.name} is open (${seconds} s).`,
    '',
    ...(facts.isSimulated ? [`  Chat as a customer   ${chatPage(config)}`] : []),
    `  Work as staff        ${config.publicUrl}/staff`,
    ...(facts.staff.isNew
      ? [`                       ${facts.staff.email} / ${facts.staff.password} (shown once)`]
      : []),
    '',
    `  Simulated: ${simulated.join(', ') || 'nothing'}.${config.databaseUrl ? '' : ' PostgreSQL is embedded.'}`,
    '  Stop with Ctrl+C; the data stays.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
