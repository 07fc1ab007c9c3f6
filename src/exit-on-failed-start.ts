import { ConfigError } from './config.ts';
import { AppError, describeError } from './domain/errors.ts';

// What PostgreSQL's client throws when nobody answers or the password is wrong.
const DATABASE_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', '28P01', '28000', '3D000']);

/** Ends an entry that could not start with what to do about it; a fault nobody foresaw keeps its stack. */
export function exitOnFailedStart(error: unknown): never {
  const advice = adviceOn(error);
  if (advice === undefined) throw error;
  process.stderr.write(`${advice}\n`);
  process.exit(1);
}

function adviceOn(error: unknown): string | undefined {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof AppError) return `Comptoir cannot start: ${error.message}`;
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || !DATABASE_CODES.has(code)) return undefined;
  return `Comptoir cannot start: the database does not let us in (${describeError(error)}). Check DATABASE_URL.`;
}
