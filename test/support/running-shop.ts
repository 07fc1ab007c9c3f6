import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { loadDemoCatalogue } from '../../src/db/demo-catalogue.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { addStaff } from '../../src/flows/add-staff.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { createStaffAccounts } from '../../src/vendors/staff-accounts.ts';
import { silentLog } from './silent-log.ts';
import { createTestDatabase } from './test-database.ts';
import { zoneWhereItIs } from './timezone.ts';
import { until } from './until.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
export const STAFF = { email: 'staff@shop.example', password: 'a password for tests', name: 'Lucie' };
export const CRON_SECRET = 'a cron secret for tests';
/** How PostgreSQL tells the shop's connections from this process's own (pg_stat_activity). */
export const SHOP_CONNECTIONS = 'the_running_shop';

export type RunningProcess = {
  child: ChildProcess;
  output: () => string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** A built entry as a process of its own, with only this environment; `root`: of this build, or of another. */
export function startProcess(entry: string, env: Record<string, string>, root = ROOT): RunningProcess {
  const child = spawn(process.execPath, [path.join(root, 'dist', entry)], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  child.stdout.on('data', (chunk) => chunks.push(String(chunk)));
  child.stderr.on('data', (chunk) => chunks.push(String(chunk)));
  return {
    child,
    output: () => chunks.join(''),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      await once(child, 'exit');
      return child.exitCode;
    },
  };
}

/** The vendors' stand-ins in this process behind real HTTP, and what a shop at that address is to be told of them. */
export async function startStandIns(publicUrl: string) {
  const twilio = {
    accountSid: `AC${'1'.repeat(32)}`,
    authToken: 'a twilio token for tests',
    from: 'whatsapp:+590590000000',
  };
  const stripe = { secretKey: 'sk_test_for_tests', webhookSecret: 'whsec_for_tests' };
  const sandbox = await startSandbox({
    publicUrl,
    shop: {
      name: 'Pneus Caraïbes',
      number: '+590590000000',
      currency: 'EUR',
      locale: 'fr',
      timezone: 'America/Guadeloupe',
    },
    twilio,
    stripe,
  });
  const env = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    PUBLIC_URL: publicUrl,
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_WHATSAPP_FROM: twilio.from,
    TWILIO_API_BASE_URL: sandbox.twilioBaseUrl,
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
    STRIPE_API_BASE_URL: sandbox.stripeBaseUrl,
    OPENAI_API_KEY: 'sk-for-tests',
    OPENAI_BASE_URL: sandbox.openaiBaseUrl,
    CRON_SECRET,
    // Reminders would wait for the morning.
    SHOP_TIMEZONE: zoneWhereItIs(12),
    SESSION_SECRET: 'a session secret for tests, long enough',
  };
  return { sandbox, env };
}

/**
 * The shop as it is deployed: the built web and worker as processes on a database of their own, with the stand-ins in
 * this process behind real HTTP and the demo catalogue loaded.
 */
export async function startRunningShop(options: { env?: Record<string, string> } = {}) {
  const database = await createTestDatabase();
  await loadDemoCatalogue(database.db);
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const { sandbox, env: standIns } = await startStandIns(publicUrl);
  const env = {
    ...standIns,
    PORT: String(port),
    DATABASE_URL: `${database.url}?application_name=${SHOP_CONNECTIONS}`,
    ...options.env,
  };
  const accounts = createStaffAccounts({
    db: database.db,
    secret: env.SESSION_SECRET,
    baseUrl: publicUrl,
    log: silentLog,
  });
  await addStaff({ db: database.db, clock: { now: () => new Date() }, accounts }, { ...STAFF, role: 'staff' });
  const starts = { web: () => startProcess('server.js', env), worker: () => startProcess('worker.js', env) };
  const running = { web: starts.web(), worker: starts.worker() };
  const isReady = () =>
    fetch(`${publicUrl}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
  await until('the web process is ready', isReady, { timeoutMs: 50_000 }).catch((error) => {
    throw new Error(`${error.message}\n${running.web.output()}\n${running.worker.output()}`);
  });
  return {
    database,
    db: database.db,
    sandbox,
    publicUrl,
    env,
    get web() {
      return running.web;
    },
    get worker() {
      return running.worker;
    },
    /** Starts another process in the place of one that ended, as the platform does, until one works. */
    async startAgain(role: 'web' | 'worker') {
      running[role] = starts[role]();
      const works = () => {
        const { child, output } = running[role];
        if (child.exitCode !== null) running[role] = starts[role]();
        return /"(listening|working)"/.test(output());
      };
      await until(`the ${role} works again`, works, { timeoutMs: 50_000, everyMs: 50 }).catch((error) => {
        throw new Error(`${error.message}\n${running[role].output()}`);
      });
    },
    /** A dead process leaves its claims behind; what takes a minute or more passes at once. Only while no worker runs. */
    leasesRunOut: () =>
      database.db.$transaction([
        database.db.$executeRaw`UPDATE conversations SET claimed_until = now() WHERE claimed_until > now()`,
        database.db.$executeRaw`UPDATE outbound_messages SET claimed_until = now() WHERE claimed_until > now()`,
        database.db.$executeRaw`UPDATE payment_events SET claimed_until = now() WHERE claimed_until > now()`,
        database.db.$executeRaw`UPDATE payment_attempts SET next_call_at = now() WHERE session_id IS NULL`,
        database.db.$executeRaw`UPDATE refunds SET next_call_at = now() WHERE status = 'requested'`,
        database.db.$executeRaw`UPDATE notifications SET next_attempt_at = now() WHERE status = 'queued'`,
      ]),
    cron: (job: string) =>
      fetch(`${publicUrl}/cron/${job}`, { method: 'POST', headers: { authorization: `Bearer ${CRON_SECRET}` } }),
    async close() {
      await running.web.stop();
      await running.worker.stop();
      await sandbox.stop();
      await database.close();
    },
  };
}
export type RunningShop = Awaited<ReturnType<typeof startRunningShop>>;
