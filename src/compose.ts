import { randomUUID } from 'node:crypto';
import { bindSweeps } from './bind-sweeps.ts';
import { bindWeb } from './bind-web.ts';
import type { RoleConfig } from './config.ts';
import { type Db, openDatabase, openIntake } from './db/client.ts';
import { createInboundStore } from './db/inbox.ts';
import { createStatusTeller } from './db/live-changes.ts';
import { notePause } from './db/model-pauses.ts';
import { createEventStore } from './db/payment-events.ts';
import { createNudger } from './db/work-nudges.ts';
import { describeError } from './domain/errors.ts';
import { deriveOptOutKey } from './domain/opt-out.ts';
import { senderPace } from './domain/pace.ts';
import { followSettings } from './flows/follow-settings.ts';
import { createApp } from './http/app.ts';
import type { Clock, Log, Meter, Tracer } from './ports.ts';
import { loadPrompts } from './prompts.ts';
import {
  openClockwork,
  openGuessablePasswords,
  openMailer,
  openMessenger,
  openModelSdk,
  openStaffAccounts,
  openTranscriber,
} from './vendors/deferred.ts';
import { measureModel, measureVendors } from './vendors/measured-calls.ts';
import { createMeter } from './vendors/meter.ts';
import { withBreaker } from './vendors/model-breaker.ts';
import { createTeamChat } from './vendors/slack.ts';
import { createPayments } from './vendors/stripe.ts';
import { vendorSpans } from './vendors/traced-calls.ts';
import { openTracing } from './vendors/tracing.ts';
import { createInboundMedia } from './vendors/twilio-media.ts';
import { createWebhookCheck } from './vendors/twilio-webhook.ts';

/** How long further messages may join the same turn: people write one thought in three messages. */
const BURST_WINDOW_MS = 1_500;

export type ComposeOptions = {
  clock: Clock;
  log: Log;
  /** CRON_SECRET, or one the entry made up. */
  cronSecret: string;
  /** Where the pages' "back to WhatsApp" leads. */
  chatUrl?: string;
  burstWindowMs?: number;
  /** False: reminders leave at any hour, as when the chat page's clock is moved. */
  keepsQuietHours?: boolean;
};

/** What flows and the agent are bound to: each takes of it what its own `needs` list. */
export type Parts = Awaited<ReturnType<typeof openParts>>;

/** The only place where vendors are built. Opens connections: `closeDatabase` and `clockwork.stop` end them. */
export async function openParts(config: RoleConfig, options: ComposeOptions) {
  const { registry: counted, ...meter } = createMeter();
  return { ...measureVendors(await openUnmeasured(config, options, meter), meter), meter, counted };
}

async function openUnmeasured(config: RoleConfig, options: ComposeOptions, meter: Meter) {
  const { clock, log, burstWindowMs = BURST_WINDOW_MS, keepsQuietHours = true } = options;
  const { databaseUrl, publicUrl, sessionSecret, checkoutExpiresMinutes, slackWebhookUrl } = config;
  const tracing = await openTracing({ endpoint: config.otlpEndpoint, log });
  const { tracer } = tracing;
  const traced = vendorSpans(tracer);
  const onError = (error: Error) => log.warn({ error: describeError(error) }, 'a database connection was lost');
  const { db, pool, close } = openDatabase(databaseUrl, { maxConnections: config.databasePoolSize, onError });
  const intake = openIntake(databaseUrl, { onError });
  const configured = {
    shop: { ...config.shop, ...(options.chatUrl && { chatUrl: options.chatUrl }) },
    reminderDelaysMinutes: config.reminderDelaysMinutes,
  };
  const settings = await followSettings({ db, log }, configured);
  const { shop, rules, quietHours } = settings.current;
  const clockwork = await openClockwork({ pool, mongodbUrl: config.mongodbUrl, log });
  const { messenger, templates: registry } = openMessenger(config.twilio, log);
  return {
    ...{ db, pool, clock, log, tracer, clockwork, registry, scheduler: clockwork.scheduler },
    ...{ messenger: traced.messenger(messenger), webhook: createWebhookCheck(config.twilio) },
    nudge: createNudger(pool, (error) =>
      log.warn({ error: describeError(error) }, 'a nudge was lost, polling finds the work'),
    ),
    storeInbound: createInboundStore(intake),
    storeEvent: createEventStore(intake),
    tellStatus: createStatusTeller(pool, (error) =>
      log.warn({ error: describeError(error) }, 'open pages were not told'),
    ),
    payments: traced.payments(createPayments({ ...config.stripe, publicUrl })),
    ...openModel(config, { db, log, tracer, meter }),
    media: traced.media(createInboundMedia(config.twilio)),
    transcriber: config.openai ? traced.transcriber(openTranscriber(config.openai)) : null,
    mailer: config.mail ? traced.mailer(openMailer({ ...config.mail, shop })) : null,
    teamChat: slackWebhookUrl ? traced.teamChat(createTeamChat({ webhookUrl: slackWebhookUrl })) : null,
    accounts: openStaffAccounts({ db, secret: sessionSecret, baseUrl: publicUrl, shopName: shop.name, log }),
    passwords: openGuessablePasswords(),
    ...loadPrompts(),
    optOutKey: deriveOptOutKey(sessionSecret),
    ...{ publicUrl, sessionSecret, burstWindowMs, checkoutExpiresMinutes },
    directDatabaseUrl: config.directDatabaseUrl ?? databaseUrl,
    ...{ shop, rules, configured, timezone: shop.timezone, sendsMail: config.mail !== undefined },
    quietHours: keepsQuietHours ? quietHours : null,
    settings,
    refreshSettings: settings.refresh,
    senderPace: senderPace(config.twilio.messagesPerSecond),
    sendsSms: config.twilio.smsFrom !== undefined,
    turnsAtOnce: config.workerTurnsAtOnce,
    async closeDatabase() {
      settings.stop();
      await intake.end();
      await close();
      await tracing.stop();
    },
  };
}

/** The model behind its circuit breaker, which tells the log and, for /metrics of any process, the database. */
function openModel(
  { openai, model }: RoleConfig,
  { db, log, tracer, meter }: { db: Db; log: Log; tracer: Tracer; meter: Meter },
) {
  if (!openai) return { model: null, modelTerms: model.terms };
  const worker = randomUUID();
  const onChange = (until: Date | null) => {
    if (until) log.warn({ until }, 'the model is left alone, rules answer');
    else log.info({}, 'the model answers again');
    notePause(db, { worker, until }).catch((error) =>
      log.warn({ error: describeError(error) }, 'a pause was not noted'),
    );
  };
  const plain = measureModel(openModelSdk({ ...openai, ...model.call }), meter);
  const guarded = withBreaker(plain, { timeoutMs: model.call.timeoutMs, onChange });
  return { model: vendorSpans(tracer).model(guarded), modelTerms: model.terms };
}

/** A shop put together: the web to listen with, the worker to start, the sweeps to run by hand. */
export type Shop = Awaited<ReturnType<typeof compose>>;

/** Vendors, flows, web and worker as one shop. Opens connections; `close` ends them. */
export async function compose(config: RoleConfig, options: ComposeOptions) {
  const parts = await openParts(config, options);
  const sweeps = bindSweeps(parts);
  const web = bindWeb(parts, sweeps, options);
  const { db, clock, accounts, templates, registry } = parts;
  return {
    ...{ app: createApp(web.needs), db, clock, accounts, sweeps, templates, registry },
    ...{ settings: parts.settings, configured: parts.configured, processMetrics: web.processMetrics },
    // Loaded when one starts: a web holds no seller in its memory.
    startWorker: async () => (await import('./start-worker.ts')).startWorker(parts, sweeps),
    /** Ends the clock and every connection; stop the worker first. */
    async close() {
      await parts.clockwork.stop();
      await web.stop();
      await parts.closeDatabase();
    },
  };
}
