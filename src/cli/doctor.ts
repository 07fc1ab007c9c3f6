import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Config, ConfigError, loadConfig, readEnvironment } from '../config.ts';
import { type DatabaseFacts, inspectDatabase } from '../db/inspect.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { LOCALES } from '../domain/locale.ts';
import { TEMPLATE_KEYS } from '../domain/outbound-message.ts';
import { checkMongodb } from '../vendors/agenda-backend.ts';
import { checkMailServer } from '../vendors/mail.ts';
import { fetchModel } from '../vendors/openai.ts';
import { fetchStripeMode, fetchWebhookState } from '../vendors/stripe-webhooks.ts';
import { fetchTwilioAccount } from '../vendors/twilio-templates.ts';
import { type ExitCode, explain, runCommand, say, withDatabase } from './command.ts';
import { examineConnections } from './examine-connections.ts';

const USAGE = `npm run doctor
  Tells what is configured, what is missing, and what the database, MongoDB, Twilio, Stripe, OpenAI and the mail server answer.
  Changes nothing, sends nothing; exits with 1 when something that is needed is missing or does not answer.`;

type Finding = { what: string; state: 'ok' | 'simulated' | 'off' | 'warning' | 'FAILED'; detail: string };

async function examine(what: string, check: () => Promise<string>, describe = describeError): Promise<Finding> {
  try {
    return { what, state: 'ok', detail: await check() };
  } catch (error) {
    return { what, state: 'FAILED', detail: describe(error) };
  }
}

const simulated = (what: string, detail: string): Promise<Finding> =>
  Promise.resolve({ what, state: 'simulated', detail });

const TEMPLATES = TEMPLATE_KEYS.length * LOCALES.length;

/** What a shop whose vendors answer still lacks, each with the command that mends it. */
function databaseSteps({ products, staff, approvedTemplates, knownTemplates }: DatabaseFacts): string[] {
  return [
    ...(products === 0 ? ['there is nothing to sell: npm run catalogue:import -- products.csv'] : []),
    ...(staff === 0 ? ['nobody can log in: npm run staff:add -- you@shop.example --role manager'] : []),
    ...(knownTemplates < TEMPLATES ? ['WhatsApp was not asked for every template: npm run twilio:setup'] : []),
    ...(knownTemplates >= TEMPLATES && approvedTemplates < TEMPLATES
      ? [
          `WhatsApp has approved ${approvedTemplates} of ${TEMPLATES} templates: wait (minutes to two days), or see /staff/needs-you`,
        ]
      : []),
  ];
}

function examineDatabase(config: Config, onFacts: (facts: DatabaseFacts) => void): Promise<Finding> {
  if (!config.databaseUrl && config.env !== 'production') {
    return simulated('database', `embedded PostgreSQL under ${config.dataDir} (DATABASE_URL is not set)`);
  }
  const inspect = () =>
    withDatabase(config, async ({ db }) => {
      const facts = await inspectDatabase(db);
      if (facts.failedMigrations > 0) {
        throw new AppError('migration_failed', 'a migration failed: its row in _prisma_migrations says why');
      }
      onFacts(facts);
      const templates = `${facts.approvedTemplates} of ${TEMPLATES} templates approved`;
      return `PostgreSQL ${facts.serverVersion}, ${facts.products} products, ${facts.staff} staff, ${templates}`;
    });
  return examine('database', inspect, explain);
}

/** Nothing is said where the jobs are in PostgreSQL, as they are unless told otherwise. */
function examineMongodb({ mongodbUrl }: Config): Promise<Finding>[] {
  if (!mongodbUrl) return [];
  return [
    examine('MongoDB', async () => {
      await checkMongodb(mongodbUrl);
      return 'answers; the clock keeps its jobs there';
    }),
  ];
}

const WEBHOOK_STEPS = {
  all_events: [],
  some_events: ['Stripe tells this shop only some of what happens: npm run stripe:setup'],
  nothing: ['Stripe tells this shop of no payment: npm run stripe:setup'],
};

/** Nothing where Stripe could not reach the shop anyway. A restricted key may not be let see the endpoints. */
async function stripeSteps({ stripe, publicUrl }: Config): Promise<string[]> {
  if (!stripe || !(stripe.apiBaseUrl || publicUrl.startsWith('https:'))) return [];
  const url = `${publicUrl}/webhook/stripe`;
  try {
    return WEBHOOK_STEPS[await fetchWebhookState(stripe, url)];
  } catch (error) {
    return [`see in Stripe's dashboard that it posts to ${url}: it could not be asked (${describeError(error)})`];
  }
}

function sayNextSteps(steps: string[]): void {
  say(
    steps.length === 0 ? '\nNothing is left to do.' : `\nLeft to do:\n${steps.map((step) => `  - ${step}`).join('\n')}`,
  );
}

/** Of package.json, beside dist/ and src/. */
const version = (): string =>
  (JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string })
    .version;

/** A model whose price nobody knows is answered with all the same. */
function examineModelPrice({ openai, model }: Config): Finding[] {
  if (!openai || model.terms.price) return [];
  const detail = `what ${openai.model} costs is not known: nothing is counted and no daily budget holds. Set OPENAI_PRICES to its dollars per million tokens of input, cached input and output, such as 0.25,0.025,2`;
  return [{ what: 'model price', state: 'warning', detail }];
}

function examineVendors({ twilio, stripe, openai }: Config): Promise<Finding>[] {
  return [
    twilio
      ? examine('Twilio', async () => {
          const sms = twilio.smsFrom ? `SMS from ${twilio.smsFrom}` : 'SMS off (TWILIO_SMS_FROM is not set)';
          return `account ${await fetchTwilioAccount(twilio)}, sender ${twilio.from}, ${sms}`;
        })
      : simulated('Twilio', 'TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_WHATSAPP_FROM are not set'),
    stripe
      ? examine(
          'Stripe',
          async () => `${await fetchStripeMode(stripe)}, ${stripe.webhookSecrets.length} webhook secret(s)`,
        )
      : simulated('Stripe', 'STRIPE_SECRET_KEY is not set'),
    openai
      ? examine('OpenAI', async () => `model ${await fetchModel(openai)} is available`)
      : simulated('OpenAI', 'OPENAI_API_KEY is not set, or OPENAI_MODEL is none'),
  ];
}

const off = (what: string, detail: string): Promise<Finding> => Promise.resolve({ what, state: 'off', detail });

/** What a shop may do without. Slack is not asked: its webhook can only post. */
function examineNotifications({ mail, slackWebhookUrl }: Config): Promise<Finding>[] {
  return [
    mail
      ? examine('mail', async () => {
          await checkMailServer(mail);
          return `the mail server answers, mail leaves from ${mail.from.address}`;
        })
      : off('mail', 'SMTP_URL and MAIL_FROM are not set: no receipts, and no mail to managers'),
    slackWebhookUrl
      ? examine('Slack', async () => 'SLACK_WEBHOOK_URL is set (not tried: it can only post)')
      : off('Slack', 'SLACK_WEBHOOK_URL is not set: the team is told nothing there'),
  ];
}

/** What production would still ask for: an error there, worth knowing elsewhere. */
function examineProduction(isProduction: boolean): Finding[] {
  try {
    loadConfig({ ...readEnvironment(), NODE_ENV: 'production' });
    return [{ what: 'configuration', state: 'ok', detail: 'complete for production' }];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const state = isProduction ? 'FAILED' : 'warning';
    const intro = isProduction ? '' : 'for production, ';
    return error.problems.map((problem) => ({ what: 'configuration', state, detail: `${intro}${problem}` }));
  }
}

await runCommand(USAGE, async (config): Promise<ExitCode> => {
  const isProduction = config.env === 'production';
  let facts: DatabaseFacts | undefined;
  const database = examineDatabase(config, (found) => {
    facts = found;
  });
  const findings = [
    ...examineProduction(isProduction),
    ...(await Promise.all([
      database,
      ...examineMongodb(config),
      ...examineVendors(config),
      ...examineNotifications(config),
    ])),
    ...examineModelPrice(config),
  ];
  const connections = facts && examineConnections(config, facts.connectionLimits);
  if (connections) findings.push({ what: 'connections', ...connections });
  say(
    `Comptoir ${version()}, ${config.env}, ${config.publicUrl}, shop "${config.shop.name}" (${config.shop.timezone}, ${config.shop.currency})\n`,
  );
  for (const { what, state, detail } of findings) say(`${state.padEnd(9)} ${what.padEnd(13)} ${detail}`);
  if (facts) sayNextSteps([...(await stripeSteps(config)), ...databaseSteps(facts), ...(connections?.steps ?? [])]);
  // In production nothing is simulated; the missing keys are in the list already.
  return findings.some(({ state }) => state === 'FAILED') ? 1 : 0;
});
