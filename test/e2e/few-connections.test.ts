import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { connectionsOf, INTAKE_CONNECTIONS } from '../../src/domain/connections.ts';
import { buysFourTyres, customerOf } from '../support/customer.ts';
import { openPlan, type Plan } from '../support/plan-with-few-connections.ts';
import { runCommand } from '../support/run-command.ts';
import { until } from '../support/until.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const app = JSON.parse(readFileSync(path.join(ROOT, 'app.json'), 'utf8'));
const HEROKU_POOL_SIZE = Number(app.env.DATABASE_POOL_SIZE.value);
const DEFAULT_POOL_SIZE = 20;
/** Of the plan app.json asks for. */
const ESSENTIAL_0 = 20;

type Release = Awaited<ReturnType<Plan['deploy']>>;

let plan: Plan;
let releases: Release[] = [];
const deploy = async (...given: Parameters<Plan['deploy']>) => {
  const release = await plan.deploy(...given);
  releases.push(release);
  return release;
};
beforeAll(async () => {
  plan = await openPlan(ESSENTIAL_0);
}, 60_000);
afterEach(async () => {
  await Promise.all(releases.splice(0).map((release) => release.stop()));
}, 60_000);
afterAll(() => plan.close(), 60_000);

/** The most each process takes when all ask at once for more than there is. */
const most = (poolSize: number, names: string[]) =>
  Object.fromEntries(
    names.flatMap((name) => [
      [`${name}_server`, connectionsOf('web', poolSize)],
      [`${name}_worker`, connectionsOf('worker', poolSize)],
    ]),
  );
const sum = (held: Record<string, number>) => Object.values(held).reduce((total, n) => total + n, 0);

/** Fills every pool, and answers what was held and, once things move again, how each request was answered. */
async function burst(expected: Record<string, number>) {
  let held: Record<string, number> = {};
  const isHeld = (connections: number) => async () => {
    await plan.nudge();
    held = await plan.held();
    return sum(held) >= connections;
  };
  const asked: Promise<number[]>[] = [];
  await plan.whileNothingMoves(async () => {
    asked.push(...releases.map((release) => release.opensPages()));
    const beforePosts = sum(expected) - releases.length * INTAKE_CONNECTIONS;
    // What is held in the end says it better than that it was waited for in vain.
    await until('the pools are full', isHeld(beforePosts), { timeoutMs: 30_000, everyMs: 50 }).catch(() => {});
    // Last: what vendors post is given up after a few seconds of this.
    asked.push(...releases.map((release) => release.vendorsPost()));
    await until('so is what vendors post over', isHeld(sum(expected)), { timeoutMs: 4_000, everyMs: 50 }).catch(
      () => {},
    );
  });
  return { held, statuses: new Set((await Promise.all(asked)).flat()) };
}

test('two webs and two workers, as in a deploy, fit the plan of app.json with every pool full, and everyone is served', async () => {
  const old = await deploy('old', HEROKU_POOL_SIZE);
  await deploy('new', HEROKU_POOL_SIZE);
  const expected = most(HEROKU_POOL_SIZE, ['old', 'new']);
  const { held, statuses } = await burst(expected);
  expect(held).toEqual(expected);
  expect(sum(held)).toBeLessThanOrEqual(ESSENTIAL_0);
  expect([...statuses]).toEqual([200]);

  releases = releases.filter((release) => release !== old);
  await old.stop();
  const customers = ['Camille Martin', 'Léa Durand', 'Marc Petit'].map((name) => customerOf(plan.sandbox, name));
  const commandEnv = { ...plan.env, DATABASE_URL: plan.role.url };
  const [migrated, examined, pages] = await Promise.all([
    runCommand('migrate', [], commandEnv),
    runCommand('doctor', [], commandEnv),
    releases[0]?.opensPages(),
    ...customers.map(async (customer) => {
      const { sessionId, orderNumber } = await buysFourTyres(customer);
      plan.sandbox.stripe.checkout.pay(sessionId);
      await customer.hears('the thank-you', ({ kind, body }) => kind === 'media' && body.includes(orderNumber));
    }),
  ]);
  expect([migrated.code, examined.code]).toEqual([0, 0]);
  expect(new Set(pages)).toEqual(new Set([200]));
  for (const { output } of [old, ...releases]) expect(output()).not.toMatch(/too many|53300/i);
}, 120_000);

test('with the default of a larger database one web and one worker would want more than twice as many', async () => {
  await plan.role.mayHold(-1);
  await deploy('large', DEFAULT_POOL_SIZE);
  const expected = most(DEFAULT_POOL_SIZE, ['large']);
  const { held, statuses } = await burst(expected);
  expect(held).toEqual(expected);
  expect(sum(held)).toBeGreaterThan(2 * ESSENTIAL_0);
  expect([...statuses]).toEqual([200]);
}, 120_000);
