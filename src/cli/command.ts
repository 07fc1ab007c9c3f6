import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Config, ConfigError, loadConfig, readEnvironment } from '../config.ts';
import { type OpenDatabase, openDatabase } from '../db/client.ts';
import { migrateDeploy } from '../db/migrate.ts';
import { COMMAND_CONNECTIONS } from '../domain/connections.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { startEmbeddedPostgres } from '../embedded/postgres.ts';

/** What a person at the terminal did wrong: shown as it is, with the command's usage. */
export class UsageError extends Error {}

/** Exit codes: 0 done, 1 it failed or found something wrong, 2 called wrongly. */
export type ExitCode = 0 | 1 | 2;

export const say = (line = ''): void => void process.stdout.write(`${line}\n`);
export const complain = (line: string): void => void process.stderr.write(`${line}\n`);

/** How far long work has come: one line that is written over at a terminal, a line each elsewhere. `end` goes below it. */
export function progressLine(): { show(text: string): void; end(): void } {
  const isTerminal = process.stderr.isTTY;
  return {
    show: (text) => void process.stderr.write(isTerminal ? `\r\u001b[K${text}` : `${text}\n`),
    end: () => void (isTerminal && process.stderr.write('\n')),
  };
}

/** Runs a command of the terminal: errors become one clear message and an exit code, never a stack trace. */
export async function runCommand(usage: string, main: (config: Config, args: string[]) => Promise<ExitCode>) {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    say(usage);
    return;
  }
  try {
    process.exitCode = await main(loadConfig(readEnvironment(), { for: 'command' }), args);
  } catch (error) {
    process.exitCode = report(error, usage);
  }
}

function report(error: unknown, usage: string): ExitCode {
  // parseArgs says what it did not understand in a TypeError with such a code.
  const { code } = error as { code?: unknown };
  if (error instanceof UsageError || String(code).startsWith('ERR_PARSE_ARGS')) {
    complain(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const isOurs = error instanceof ConfigError || error instanceof AppError;
  complain(isOurs ? error.message : explain(error));
  return 1;
}

// The network's own codes, and Prisma's for the same.
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'P1001', 'P1002']);

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

// PostgreSQL's code and Prisma's, or PostgreSQL's in the text of Prisma's raw queries.
const isOutOfConnections = (error: unknown) =>
  /\b(53300|P2037)\b/.test(`${(error as { code?: unknown }).code} ${describeError(error)}`);
const OUT_OF_CONNECTIONS =
  'The database has no connection left, the shop holds all it may: try again, and make DATABASE_POOL_SIZE smaller (docs/scaling.md).';

/** What a person at the terminal is told of an error that is not ours. */
export function explain(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (isOutOfConnections(error)) return OUT_OF_CONNECTIONS;
  if (UNREACHABLE.has(String(code))) return 'The database does not answer: check DATABASE_URL.';
  if (code === '28P01' || code === '3D000')
    return 'The database refused: check user, password and name in DATABASE_URL.';
  if (code === '28000')
    return 'The database refused: it may want TLS (set PGSSLMODE=require), another user, or to be told of this machine.';
  if (code === '42501')
    return 'The database role may not do that: migrations are run by the role that owns the tables (prisma/roles.sql).';
  if (UNTRUSTED.has(String(code))) {
    return 'The certificate of the database is of no known authority: give its own with ?sslmode=verify-full&sslrootcert=FILE in DATABASE_URL, or, where the host has none to give (Heroku), set PGSSLMODE=no-verify.';
  }
  if (code === 'P2021' || code === '42P01') return 'The database has no tables yet: run "npm run db:migrate".';
  return describeError(error);
}

/** The address of DATABASE_URL, or of the embedded PostgreSQL outside production, for as long as `work` runs. */
export async function withDatabaseUrl<T>(config: Config, work: (url: string) => Promise<T>): Promise<T> {
  if (config.databaseUrl) return work(config.databaseUrl);
  if (config.env === 'production')
    throw new ConfigError(['DATABASE_URL is missing: set it to the PostgreSQL database']);
  // A shop that runs keeps its database; one started for this command is stopped again.
  const wasRunning = existsSync(path.join(config.dataDir, 'postgres', 'postmaster.pid'));
  const server = await startEmbeddedPostgres(config.dataDir);
  try {
    await migrateDeploy(server.url);
    return await work(server.url);
  } finally {
    if (!wasRunning) await server.stop();
  }
}

/** The database, open for as long as `work` runs. */
export async function withDatabase<T>(config: Config, work: (database: OpenDatabase) => Promise<T>): Promise<T> {
  return withDatabaseUrl(config, async (url) => {
    const database = openDatabase(url, {
      maxConnections: COMMAND_CONNECTIONS,
      onError: (error) => complain(`database connection lost: ${error.message}`),
    });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  });
}
