import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { openDatabase } from '../../src/db/client.ts';
import { loadDemoCatalogue } from '../../src/db/demo-catalogue.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { buysFourTyres, customerOf } from '../support/customer.ts';
import { startGuardedPostgres } from '../support/guarded-postgres.ts';
import { runCommand } from '../support/run-command.ts';
import { startProcess, startStandIns } from '../support/running-shop.ts';
import { until } from '../support/until.ts';

const ROLES = readFileSync(path.resolve(import.meta.dirname, '../../prisma/roles.sql'), 'utf8');
const UNVERIFIED = 'sslmode=no-verify';

jest.setTimeout(60_000);
let postgres: Awaited<ReturnType<typeof startGuardedPostgres>>;
beforeAll(async () => {
  postgres = await startGuardedPostgres();
});
afterAll(() => postgres.stop());

async function as<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: `${url}?${UNVERIFIED}` });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test('a database that wants TLS is reached as .env.example says, and a command that may not says how', async () => {
  const migrate = (query: string, env: Record<string, string> = {}) =>
    runCommand('migrate', [], { DATABASE_URL: `${postgres.ownerUrl}${query}`, ...env });
  expect(await migrate('')).toMatchObject({ code: 1, stderr: expect.stringContaining('PGSSLMODE=require') });
  const untrusted = await migrate('', { PGSSLMODE: 'require' });
  expect(untrusted).toMatchObject({ code: 1, stderr: expect.stringContaining('PGSSLMODE=no-verify') });
  // The owner's roles come first here, and once more when there are tables.
  await as(postgres.ownerUrl, (owner) => owner.query(ROLES));
  // Heroku's way: the address is the host's, the mode a variable beside it.
  expect(await migrate('', { PGSSLMODE: 'no-verify' })).toMatchObject({ code: 0 });
  const verified = `?sslmode=verify-full&sslrootcert=${postgres.certificate}`;
  expect(await migrate(verified)).toMatchObject({ code: 0, stdout: 'The database is up to date.\n' });
});

test('a shop whose role owns nothing sells over TLS, and its role may change no table and empty none', async () => {
  await as(postgres.ownerUrl, async (owner) => {
    await owner.query(ROLES);
    await owner.query(`CREATE ROLE shop LOGIN PASSWORD 'shop' IN ROLE comptoir_app`);
  });
  const DATABASE_URL = `${postgres.shopUrl}?${UNVERIFIED}`;
  const { db, close } = openDatabase(DATABASE_URL, { onError: () => {} });
  await loadDemoCatalogue(db);
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const { sandbox, env } = await startStandIns(publicUrl);
  const processEnv = { ...env, PORT: String(port), DATABASE_URL: postgres.shopUrl, PGSSLMODE: 'no-verify' };
  const running = ['server.js', 'worker.js'].map((entry) => startProcess(entry, processEnv));
  try {
    await until('web and worker work', () => running.every(({ output }) => /"(listening|working)"/.test(output())), {
      timeoutMs: 30_000,
    });
    const customer = customerOf(sandbox, 'Camille Martin');
    const { sessionId, orderNumber } = await buysFourTyres(customer);
    sandbox.stripe.checkout.pay(sessionId);
    await customer.hears('the thank-you', ({ kind, body }) => kind === 'media' && body.includes(orderNumber));
    const swept = await Promise.all(
      ['reconcile-payments', 'apply-retention', 'count-numbers', 'refresh-search', 'erase-forgotten'].map((job) =>
        fetch(`${publicUrl}/cron/${job}`, { headers: { authorization: `Bearer ${env.CRON_SECRET}` } }),
      ),
    );
    expect(swept.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await runCommand('verify-database', [], { DATABASE_URL })).toMatchObject({ code: 0 });
    // Triggers that keep people's words are opened for who is to be forgotten: that is no privilege of the owner's.
    const number = (await db.customer.findFirstOrThrow()).channelAddress.replace('whatsapp:', '');
    for (const status of ['ready', 'collected'] as const) await db.order.updateMany({ data: { status } });
    await db.outboundMessage.updateMany({ data: { status: 'delivered' } });
    const erased = await runCommand('erase-customer', [number], { ...env, DATABASE_URL });
    expect(erased).toMatchObject({ code: 0, stdout: expect.stringContaining('Erased') });

    await as(postgres.shopUrl, async (shop) => {
      const { rows } = await shop.query(
        'SELECT count(*)::int AS plain FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = current_user AND NOT ssl',
      );
      expect(rows).toEqual([{ plain: 0 }]);
      for (const forbidden of [
        'ALTER TABLE orders DISABLE TRIGGER ALL',
        'TRUNCATE audit_entries',
        'DROP TABLE carts',
        'CREATE TABLE mine (a int)',
        'DELETE FROM _prisma_migrations',
        "SET session_replication_role = 'replica'",
        'CREATE ROLE another',
      ])
        await expect(shop.query(forbidden)).rejects.toThrow(/permission denied|must be owner/);
      await expect(shop.query('UPDATE audit_entries SET actor = $1', ['nobody'])).rejects.toThrow();
    });
    const migrated = await runCommand('migrate', [], { DATABASE_URL });
    expect(migrated).toMatchObject({ code: 1, stderr: expect.stringContaining('the role that owns the tables') });
  } finally {
    await Promise.all(running.map((each) => each.stop()));
    await sandbox.stop();
    await close();
  }
});
