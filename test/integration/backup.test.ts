import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { openDatabase } from '../../src/db/client.ts';
import { migrateDeploy } from '../../src/db/migrate.ts';
import { startDumpablePostgres } from '../support/dumpable-postgres.ts';
import { openMoneyDesk, paidOrder, placeOrder } from '../support/money-desk.ts';
import { runCommand } from '../support/run-command.ts';

jest.setTimeout(90_000);
const ROLES = readFileSync(path.resolve(import.meta.dirname, '../../prisma/roles.sql'), 'utf8');
const postgres = await startDumpablePostgres();
// Loud: a backup that nobody restored is none.
if (!postgres) console.warn('No backup is restored here: pg_dump (apt-get install postgresql-client) was not found.');
afterAll(() => postgres?.stop());

async function sql(url: string, ...statements: string[]): Promise<pg.QueryResult[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const results: pg.QueryResult[] = [];
    for (const statement of statements) results.push(await client.query(statement));
    return results;
  } finally {
    await client.end();
  }
}
const at = (url: string, database: string, user?: string) => {
  const address = new URL(url);
  address.pathname = `/${database}`;
  if (user) [address.username, address.password] = [user, user];
  return address.toString();
};

const restored = postgres ? test : test.skip;
restored(
  'a shop restored from last night’s backup agrees with itself and Stripe, and forgets again who was forgotten since',
  async () => {
    const server = postgres?.url as string;
    if (server !== process.env.TEST_POSTGRES_URL) {
      await sql(server, 'CREATE DATABASE template_comptoir');
      await migrateDeploy(at(server, 'template_comptoir'));
      process.env.TEST_POSTGRES_URL = server;
    }
    const desk = await openMoneyDesk();
    const [dir, name] = [mkdtempSync(path.join(tmpdir(), 'comptoir-backup-')), `restored_${process.pid}`];
    const [keeper, role] = [`keeper_${process.pid}`, `shop_${process.pid}`];
    try {
      const before = await paidOrder(desk);
      const open = await placeOrder(desk);
      const { customerId } = await desk.db.order.findUniqueOrThrow({ where: { id: before.orderId } });
      const dump = path.join(dir, 'shop.dump');
      execFileSync('pg_dump', ['--format=custom', `--file=${dump}`, desk.database.url]);

      // The day goes on: what was open is paid, one more buys, one is forgotten. Then the database is lost.
      desk.stripe.checkout.pay(open.sessionId);
      await desk.work();
      const lost = await paidOrder(desk);
      // Reconciliation leaves alone what happened just now.
      const { ledger, events } = desk.stripe;
      for (const event of events.all()) event.created -= 900;
      for (const charge of ledger.charges.all())
        ledger.charges.put(charge.id, { ...charge, created: charge.created - 900 });
      const keys = {
        SESSION_SECRET: desk.sessionSecret,
        STRIPE_SECRET_KEY: 'sk_test_x',
        STRIPE_API_BASE_URL: desk.sandbox.stripeBaseUrl,
      };
      await desk.db.order.update({ where: { id: before.orderId }, data: { status: 'ready' } });
      await desk.db.order.update({ where: { id: before.orderId }, data: { status: 'collected' } });
      await desk.db.outboundMessage.updateMany({ where: { customerId }, data: { status: 'delivered' } });
      const wasErased = await runCommand('erase-customer', [`customer:${customerId}`], {
        ...keys,
        DATABASE_URL: desk.database.url,
      });
      expect(wasErased.stdout).toContain('Erased');
      const [forgotten] = await sql(
        desk.database.url,
        `SELECT subject FROM audit_entries WHERE action = 'customer.forgotten' AND created_at > now() - interval '1 day'`,
      );

      await sql(
        server,
        `CREATE ROLE ${keeper} LOGIN CREATEROLE PASSWORD '${keeper}'`,
        `CREATE DATABASE ${name} OWNER ${keeper}`,
      );
      const ownerUrl = at(server, name, keeper);
      execFileSync('pg_restore', ['--no-owner', '--no-privileges', '--exit-on-error', `--dbname=${ownerUrl}`, dump]);
      await sql(ownerUrl, ROLES, `CREATE ROLE ${role} LOGIN PASSWORD '${role}' IN ROLE comptoir_app`);
      const shop = { ...keys, DATABASE_URL: at(server, name, role) };

      expect(await runCommand('migrate', [], { DATABASE_URL: ownerUrl })).toMatchObject({
        stdout: expect.stringContaining('up to date'),
      });
      expect(await runCommand('verify-database', [], shop)).toMatchObject({ code: 0 });
      const reconciled = await runCommand('reconcile-payments', ['--days', '2'], shop);
      // The payment of the order that the backup has is settled; the one of the order it never had is named.
      expect(reconciled.stdout).toContain(String(desk.stripe.checkout.intent(lost.sessionId)?.id));
      const { db, close } = openDatabase(shop.DATABASE_URL, { onError: () => {} });
      try {
        await expect(db.order.findMany({ orderBy: { number: 'asc' } })).resolves.toMatchObject([
          { id: before.orderId, status: 'confirmed' },
          { id: open.orderId, status: 'confirmed' },
        ]);
        // The triggers are there again, and numbers go on where they were.
        await expect(db.$executeRaw`UPDATE audit_entries SET actor = 'nobody'`).rejects.toThrow();
        await expect(db.$executeRaw`UPDATE payment_events SET payload = '{}'`).rejects.toThrow();
        const numbers = db.$queryRaw`SELECT count(*)::int AS taken FROM orders WHERE number = 'C-' || nextval('order_number')`;
        await expect(numbers).resolves.toEqual([{ taken: 0 }]);

        const again = forgotten?.rows.map(({ subject }) => String(subject)) ?? [];
        expect(again).toEqual([`customer:${customerId}`]);
        expect(await runCommand('erase-customer', again, shop)).toMatchObject({ code: 0 });
        // Their order was not collected yet as the backup has it: promised, and done once it is over.
        expect((await db.customer.findUniqueOrThrow({ where: { id: customerId } })).eraseAskedAt).not.toBeNull();
      } finally {
        await close();
      }
      expect(await runCommand('verify-database', [], shop)).toMatchObject({ code: 0 });
    } finally {
      rmSync(dir, { recursive: true });
      await desk.close();
      await sql(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await sql(server, `DROP ROLE IF EXISTS ${role}`, `DROP ROLE IF EXISTS ${keeper}`).catch(() => {});
    }
  },
);
