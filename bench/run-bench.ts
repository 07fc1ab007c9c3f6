import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Outcome, parseOutcomes } from './outcome.ts';

export type Ran = {
  outcomes: Outcome[];
  seconds: number;
  /** What went wrong; outcomes are those before it. */
  failure?: string;
};

/**
 * Runs a bench as a process of its own, its tables and errors on our standard error; never throws for what the bench
 * does. Beyond `limitSeconds`, or when `stop` is given, it and all it started are told to end.
 */
export async function runBench(
  file: string,
  sizes: Record<string, string>,
  { limitSeconds, stop }: { limitSeconds: number; stop: AbortSignal },
): Promise<Ran> {
  const dir = mkdtempSync(path.join(tmpdir(), 'comptoir-bench-out-'));
  const json = path.join(dir, 'outcomes.jsonl');
  const startedMs = performance.now();
  // A group of its own, so that its web, worker and stand-ins end with it; its PostgreSQL ends by shop-under-load.
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', file], {
    ...{ stdio: ['ignore', 2, 2], detached: true },
    // Whoever sets a size means it.
    env: { ...sizes, ...process.env, BENCH_JSON: json },
  });
  const end = () => {
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGTERM');
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, limitSeconds * 1000);
  stop.addEventListener('abort', end);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  stop.removeEventListener('abort', end);
  const outcomes = existsSync(json) ? parseOutcomes(readFileSync(json, 'utf8')) : [];
  rmSync(dir, { recursive: true });
  const failure = isLate ? `not over after ${limitSeconds} s` : code === 0 ? undefined : `ended with ${signal ?? code}`;
  const seconds = (performance.now() - startedMs) / 1000;
  if (failure) return { outcomes, seconds, failure };
  return outcomes.length > 0 ? { outcomes, seconds } : { outcomes, seconds, failure: 'handed nothing over' };
}
