import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrateDeploy } from '../src/db/migrate.ts';
import { startEmbeddedPostgres } from '../src/embedded/postgres.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
export const WEBHOOK_SECRET = 'whsec_for_the_bench';
export const BENCH_SESSION_SECRET = 'a session secret for the bench';
export const TWILIO_AUTH_TOKEN = 'a token for the bench';

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A PostgreSQL of the bench's own, as durable as in production, with the shop's tables. `stop` removes it. */
export async function startBenchPostgres() {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'comptoir-bench-'));
  const server = await startEmbeddedPostgres(dataDir, [
    ...['max_connections=200', 'shared_buffers=512MB', 'track_commit_timestamp=on'],
  ]);
  const stop = async () => {
    process.removeListener('SIGTERM', stopAndExit);
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  // Told to end (bench/all.ts, when a bench takes too long): PostgreSQL is not a child of ours and would stay.
  const stopAndExit = () => {
    // Connections break now, and whoever waited on one: no reason to leave before the folder is removed.
    process.on('uncaughtException', () => {});
    void stop().finally(() => process.exit(143));
  };
  process.once('SIGTERM', stopAndExit);
  await migrateDeploy(server.url);
  return { url: server.url, stop };
}

/** What app.json tells the C library of every process. */
function memorySettings(): Record<string, string> {
  const { env } = JSON.parse(readFileSync(path.join(ROOT, 'app.json'), 'utf8')) as {
    env: Record<string, { value?: string }>;
  };
  const settings = Object.entries(env).filter(([key]) => key.startsWith('MALLOC_'));
  return Object.fromEntries(settings.map(([key, { value = '' }]) => [key, value]));
}

/** How the Procfile starts that process: what follows `node`. */
function commandOf(process: 'web' | 'worker'): string[] {
  const [, command] = readFileSync(path.join(ROOT, 'Procfile'), 'utf8').match(`${process}: node (.+)`) ?? [];
  if (command === undefined) throw new Error(`the Procfile does not say how to start ${process}`);
  return command.split(' ');
}

/** A process of its own, its output thrown away as a log collector would take it: written to a file. */
function spawnProcess(command: string[], env: Record<string, string>) {
  const logFile = path.join(mkdtempSync(path.join(tmpdir(), 'comptoir-bench-log-')), 'out.log');
  const out = openSync(logFile, 'a');
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  return {
    logFile,
    hasEnded: () => child.exitCode !== null,
    /** What the process has used of the processor so far, in seconds (Linux). */
    cpuSeconds: () => cpuSecondsOf(child.pid as number),
    /** Its resident memory now (Linux). */
    heldMiB: () => heldMiB(child.pid as number),
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(path.dirname(logFile), { recursive: true });
    },
  };
}

/** A process that is ready when `readyPath` answers. */
async function startListening(command: string[], env: Record<string, string>, readyPath: string, port: number) {
  const { logFile, hasEnded, ...running } = spawnProcess(command, { PORT: String(port), ...env });
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + 20_000; ; ) {
    const isReady = await fetch(url + readyPath).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) break;
    if (hasEnded() || Date.now() > deadline) throw new Error(`${command.join(' ')} did not start: see ${logFile}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, ...running };
}

function cpuSecondsOf(pid: number): number {
  // proc(5): fields 14 and 15 are user and system time in clock ticks, a hundredth of a second each.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** proc(5): VmRSS is in kibibytes. */
const heldMiB = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB$/m)?.[1]) / 1024;

type Addresses = { databaseUrl: string; stripeUrl?: string; twilioUrl?: string; openAiUrl?: string };
type WorkerOptions = Addresses & { turnsAtOnce?: number };

const environmentOf = ({ databaseUrl, stripeUrl, twilioUrl, openAiUrl }: Addresses, publicUrl: string) => ({
  NODE_ENV: 'test',
  ...memorySettings(),
  PUBLIC_URL: publicUrl,
  DATABASE_URL: databaseUrl,
  TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`,
  TWILIO_AUTH_TOKEN,
  TWILIO_WHATSAPP_FROM: 'whatsapp:+590590000000',
  TWILIO_API_BASE_URL: twilioUrl ?? 'http://127.0.0.1:9',
  STRIPE_SECRET_KEY: 'sk_test_bench',
  STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
  STRIPE_API_BASE_URL: stripeUrl ?? 'http://127.0.0.1:9',
  // What the stand-in takes is measured, not what WhatsApp would.
  TWILIO_MESSAGES_PER_SECOND: '1000',
  ...(openAiUrl
    ? { OPENAI_API_KEY: 'sk-bench', OPENAI_MODEL: 'bench', OPENAI_BASE_URL: openAiUrl }
    : { OPENAI_MODEL: 'none' }),
  CRON_SECRET: 'a cron secret',
  SESSION_SECRET: BENCH_SESSION_SECRET,
});

/** The built web process as it is deployed. */
export async function startOurWeb(addresses: Addresses) {
  const port = await freePort();
  return startListening(commandOf('web'), environmentOf(addresses, `http://127.0.0.1:${port}`), '/readyz', port);
}

/** One of the benches' own programs; ready when `readyPath` answers. */
export const startProcess = (entry: string, env: Record<string, string>, readyPath: string, port: number) =>
  startListening(['--import', 'tsx', entry], env, readyPath, port);

/** The bare routes the benches compare with. */
export async function startBareWeb(databaseUrl: string) {
  const env = { DATABASE_URL: databaseUrl, STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET, TWILIO_AUTH_TOKEN };
  return startProcess('bench/bare-routes.ts', env, '/readyz', await freePort());
}

/** The built worker process as it is deployed; it works as soon as it can. */
export const startOurWorker = ({ turnsAtOnce, ...addresses }: WorkerOptions) =>
  spawnProcess(commandOf('worker'), {
    ...environmentOf(addresses, 'https://shop.example'),
    ...(turnsAtOnce !== undefined && { WORKER_TURNS_AT_ONCE: String(turnsAtOnce) }),
  });
