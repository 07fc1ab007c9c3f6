import { ConfigError } from './config.ts';

/** Ends an entry that could not start: the whole list of what is missing, or the fault itself. */
export function exitOnConfigError(error: unknown): never {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  throw error;
}
