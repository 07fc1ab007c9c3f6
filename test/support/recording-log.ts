import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log } from '../../src/ports.ts';

export type LogLine = { level: string; message: string; fields: Record<string, unknown> };

const about = new AsyncLocalStorage<object>();

/** Keeps what is logged, with the fields it is about, for a test to look at. */
export function recordingLog(lines: LogLine[], bound: object = {}): Log {
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, fields: { ...about.getStore(), ...bound, ...fields } });
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => recordingLog(lines, { ...bound, ...fields }),
    within: (fields, act) => about.run({ ...about.getStore(), ...fields }, act),
  };
}

/** Keeps what is logged, at whatever level, as plain text before anything is redacted. */
export function textLog(lines: string[]): Log {
  const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = {
    debug: write,
    info: write,
    warn: write,
    error: write,
    child: () => log,
    within: (_, act) => act(),
  };
  return log;
}
