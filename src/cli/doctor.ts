import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Config, ConfigError, loadConfig, readEnvironment } from '../config.ts';
import { secretAdvice } from '../config-secrets.ts';
import { type DatabaseFacts, inspectDatabase } from '../db/inspect.ts';
import { AppError } from '../domain/errors.ts';
import { LOCALES } from '../domain/locale.ts';
import { TEMPLATE_KEYS } from '../domain/outbound-message.ts';
import { checkMongodb } from '../vendors/agenda-backend.ts';
import { checkMailServer } from '../vendors/mail.ts';
import { fetchModel } from '../vendors/openai.ts';
import { type ExitCode, explain, runCommand, say, withDatabase } from './command.ts';
import { examineClock } from './doctor-clock.ts';
import { examineConnections } from './doctor-connections.ts';
import { examine, type Finding, simulated, stepsOf } from './doctor-finding.ts';
import { examineStripe } from './doctor-stripe.ts';
import { examineTwilio } from './doctor-twilio.ts';

const USAGE = `npm run doctor
  Tells what is configured, what is missing, and what the database, MongoDB, Twilio, Stripe, OpenAI and the mail server answer.
  Changes nothing, sends nothing; exits with 1 when something that is needed is missing, does not answer or could not be looked at.`;

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
  return examine('database', inspect, { describe: explain });
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

function examineModel({ openai }: Config): Promise<Finding> {
  if (!openai) return simulated('OpenAI', 'OPENAI_API_KEY is not set, or OPENAI_MODEL is none');
  return examine('OpenAI', async () => `model ${await fetchModel(openai)} is available`);
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

function examineSecrets({ cronSecret, sessionSecret }: Config): Finding[] {
  const advice = secretAdvice({ CRON_SECRET: cronSecret, SESSION_SECRET: sessionSecret });
  return advice.map((detail) => ({ what: 'configuration', state: 'warning', detail, steps: [detail] }));
}

await runCommand(USAGE, async (config): Promise<ExitCode> => {
  const isProduction = config.env === 'production';
  let facts: DatabaseFacts | undefined;
  const database = examineDatabase(config, (found) => {
    facts = found;
  });
  const findings: Finding[] = [
    ...examineProduction(isProduction),
    ...examineSecrets(config),
    ...(await Promise.all([
      database,
      ...examineMongodb(config),
      ...examineTwilio(config),
      ...examineStripe(config),
      examineModel(config),
      ...examineNotifications(config),
    ])),
    ...(facts ? [examineConnections(config, facts.connectionLimits)] : []),
    ...(await examineClock(config)),
    ...examineModelPrice(config),
  ];
  say(
    `Comptoir ${version()}, ${config.env}, ${config.publicUrl}, shop "${config.shop.name}" (${config.shop.timezone}, ${config.shop.currency})\n`,
  );
  for (const { what, state, detail } of findings) say(`${state.padEnd(9)} ${what.padEnd(13)} ${detail}`);
  const steps = [...new Set(findings.flatMap(stepsOf)), ...(facts ? databaseSteps(facts) : [])];
  // Of a database that nobody looked into it is not known that nothing is left to do.
  if (facts || steps.length > 0) sayNextSteps(steps);
  // In production nothing is simulated; the missing keys are in the list already.
  return findings.some(({ state }) => state === 'FAILED') ? 1 : 0;
});
