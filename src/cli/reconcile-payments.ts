import { parseArgs } from 'node:util';
import { type Config, ConfigError } from '../config.ts';
import type { OpenDatabase } from '../db/client.ts';
import { createEventStore } from '../db/payment-events.ts';
import { createNudger } from '../db/work-nudges.ts';
import { describeError } from '../domain/errors.ts';
import { lastUtcDays, RECONCILED_DAYS } from '../domain/utc-day.ts';
import { attemptsWaiting, reconcileAttempts } from '../flows/reconcile-attempts.ts';
import { comparableDays, compareDay, lookAtDay } from '../flows/reconcile-ledger.ts';
import { eventsUntil, fetchMissedEvents, tellOfMissedWebhooks } from '../flows/recover-events.ts';
import { findStuckWork, tellStuckWork } from '../flows/tell-stuck-work.ts';
import { createLog } from '../log.ts';
import { loadPrompts } from '../prompts.ts';
import { createPayments } from '../vendors/stripe.ts';
import { complain, type ExitCode, runCommand, say, UsageError, withDatabase } from './command.ts';
import { type ComparedDay, sayLedger } from './ledger-table.ts';

const USAGE = `npm run payments:reconcile -- [--days 1] [--dry-run]
  Compares the shop with Stripe for the last days (today is one of them, at most ${RECONCILED_DAYS}; days are UTC): payments past their
  time, events that no webhook brought, stuck work, and each day's charges and refunds. Repairs what is safe and says what is
  not; --dry-run changes nothing. Exits with 1 when something still differs.`;

type Request = { days: number; isDry: boolean };
type Needs = ReturnType<typeof openNeeds>;

function readRequest(args: string[]): Request {
  const options = { days: { type: 'string', default: '1' }, 'dry-run': { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args, options });
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1 || days > RECONCILED_DAYS)
    throw new UsageError(`--days must be a whole number from 1 to ${RECONCILED_DAYS}`);
  return { days, isDry: values['dry-run'] };
}

/** The shop's own: with another secret, payments found here would get other pickup codes than the shop makes. */
function requireKeys({ stripe, sessionSecret }: Config) {
  if (stripe && sessionSecret) return { stripe, sessionSecret };
  throw new ConfigError([
    ...(stripe ? [] : ['STRIPE_SECRET_KEY is missing: there is no Stripe to compare with']),
    ...(sessionSecret
      ? []
      : ['SESSION_SECRET is missing: set the one the shop runs with, pickup codes are made of it']),
  ]);
}

function openNeeds(config: Config, { stripe, sessionSecret }: ReturnType<typeof requireKeys>, database: OpenDatabase) {
  const { db, pool } = database;
  return {
    ...{ db, sessionSecret, texts: loadPrompts().texts, sendsMail: config.mail !== undefined },
    payments: createPayments({ ...stripe, publicUrl: config.publicUrl }),
    clock: { now: () => new Date() },
    storeEvent: createEventStore(pool),
    log: createLog({ level: 'warn', destination: process.stderr }),
    // A lost nudge costs the worker a second.
    nudge: createNudger(pool, () => {}),
  };
}

async function doAttempts(needs: Needs, { isDry }: Request): Promise<number> {
  if (isDry) {
    say(`Attempts: ${await attemptsWaiting(needs)} past their time, Stripe would be asked about them.`);
    return 0;
  }
  const { tried, processed, failed } = await reconcileAttempts(needs, { longestMs: Number.POSITIVE_INFINITY });
  const answered = failed.length === 0 ? 'Stripe was asked' : `${failed.length} questions to Stripe FAILED`;
  say(`Attempts: ${tried} past their time, ${answered}; ${processed} changed.`);
  return failed.length;
}

async function doEvents(needs: Needs, { days, isDry }: Request): Promise<number> {
  const now = needs.clock.now();
  let [listed, missing] = [0, 0];
  try {
    for (const day of lastUtcDays(now, days)) {
      const until = new Date(Math.min(day.until.getTime(), eventsUntil(now).getTime()));
      if (until <= day.from) continue;
      const found = await fetchMissedEvents(needs, { from: day.from, until }, { isDry });
      listed += found.listed;
      missing += found.missing;
      if (found.missing > 0) say(`  ${day.name}: ${found.missing} of ${found.listed} events were missing`);
    }
  } finally {
    if (!isDry) await tellOfMissedWebhooks(needs, now);
  }
  say(
    `Events: ${listed} at Stripe, ${missing} missing here${missing > 0 && !isDry ? '; stored, the worker does the rest' : ''}.`,
  );
  return isDry ? missing : 0;
}

async function doStuckWork(needs: Needs, { isDry }: Request): Promise<number> {
  const stuck = isDry ? await findStuckWork(needs) : await tellStuckWork(needs);
  const lines = Object.entries(stuck).flatMap(([work, count]) => (count > 0 ? [`${count} ${work}`] : []));
  say(`Stuck work: ${lines.join(', ') || 'none'}.`);
  return 0;
}

async function doLedger(needs: Needs, { days, isDry }: Request): Promise<number> {
  const compared: ComparedDay[] = [];
  let failed = 0;
  for (const day of comparableDays(needs.clock.now(), days).reverse()) {
    complain(`Comparing ${day.name} ...`);
    try {
      compared.push({ day: day.name, report: await (isDry ? lookAtDay : compareDay)(needs, day) });
    } catch (error) {
      complain(`FAILED ${day.name}: ${describeError(error)}`);
      failed++;
    }
  }
  return sayLedger(compared) + failed;
}

/** Part after part; one that fails does not keep the others from their turn. Each answers how much still differs. */
async function reconcile(needs: Needs, request: Request): Promise<ExitCode> {
  const parts = { Attempts: doAttempts, Events: doEvents, 'Stuck work': doStuckWork, Ledger: doLedger };
  let differing = 0;
  for (const [name, part] of Object.entries(parts)) {
    try {
      differing += await part(needs, request);
    } catch (error) {
      complain(`${name}: FAILED, ${describeError(error)}`);
      differing++;
    }
  }
  if (request.isDry) say('Nothing was changed (--dry-run).');
  return differing === 0 ? 0 : 1;
}

await runCommand(USAGE, async (config, args) => {
  const request = readRequest(args);
  const keys = requireKeys(config);
  return withDatabase(config, (database) => reconcile(openNeeds(config, keys, database), request));
});
