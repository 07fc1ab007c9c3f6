import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrateDeploy } from '../../src/db/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
let dir: string;
/** Somebody who has read a table and forgot the console: a backup holds every table like this until it is done. */
let holder: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'comptoir-migrations-'));
  holder = new pg.Client({ connectionString: `${database.url}?application_name=a_forgotten_console` });
  await holder.connect();
});
afterEach(async () => {
  await holder.end();
  rmSync(dir, { recursive: true });
});

function write(name: string, sql: string): void {
  mkdirSync(path.join(dir, name), { recursive: true });
  writeFileSync(path.join(dir, name, 'migration.sql'), sql);
}
const rowOf = (name: string) =>
  database.pool.query('SELECT finished_at FROM _prisma_migrations WHERE migration_name = $1', [name]);
const columnsNamed = async (name: string) =>
  (await database.pool.query('SELECT table_name FROM information_schema.columns WHERE column_name = $1', [name])).rows;

async function hold(table: string): Promise<number> {
  await holder.query('BEGIN');
  await holder.query(`SELECT 1 FROM ${table} LIMIT 1`);
  return (await holder.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
}

describe('a migration whose table is held by a long transaction', () => {
  it('waits in short tries, between which customers are served, and is applied once the table is let go', async () => {
    write('2099_patient', 'ALTER TABLE customers ADD COLUMN patient text; ALTER TABLE orders ADD COLUMN patient text');
    const pid = await hold('orders');
    const said: string[] = [];
    const migrating = migrateDeploy(database.url, {
      ...{ dir, lockWaitMs: 200, pausesMs: Array.from({ length: 200 }, () => 50) },
      onWait: (reason) => said.push(reason),
    });
    await until('it has waited three times', () => said.length >= 3);
    // It has let go of the table it had, too.
    for (let nth = 0; nth < 5; nth++) {
      await database.pool.query('SELECT count(*) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id');
      await database.pool.query('UPDATE customers SET first_name = first_name');
    }
    expect(await columnsNamed('patient')).toEqual([]);
    const told = `migration 2099_patient waits for a table that is in use by process ${pid} (a_forgotten_console)`;
    await until('it has said who is in the way', () => said.some((reason) => reason.startsWith(told)));
    await holder.query('COMMIT');
    expect(await migrating).toEqual(['2099_patient']);
    expect(await columnsNamed('patient')).toHaveLength(2);
    expect((await rowOf('2099_patient')).rows).toEqual([{ finished_at: expect.any(Date) }]);
  });

  it('is given up in the end with nothing of it done, says who is in the way, and is applied when it is run again', async () => {
    write('2099_unlucky', 'ALTER TABLE customers ADD COLUMN unlucky text; ALTER TABLE orders ADD COLUMN unlucky text');
    const pid = await hold('orders');
    const options = { dir, lockWaitMs: 500, pausesMs: [1, 1] };
    await expect(migrateDeploy(database.url, options)).rejects.toMatchObject({
      code: 'tables_in_use',
      message: expect.stringMatching(new RegExp(`by process ${pid} .*given up after 3 tries, nothing of it was done`)),
    });
    expect((await rowOf('2099_unlucky')).rows).toEqual([]);
    await holder.query('COMMIT');
    expect(await migrateDeploy(database.url, options)).toEqual(['2099_unlucky']);
  });
});

describe('a migration', () => {
  it('that fails leaves nothing but its row, which stops the next until somebody has looked', async () => {
    write('2099_wrong', 'ALTER TABLE orders ADD COLUMN wrong text; SELECT 1 / 0');
    await expect(migrateDeploy(database.url, { dir })).rejects.toMatchObject({ code: '22012' });
    expect(await columnsNamed('wrong')).toEqual([]);
    await expect(migrateDeploy(database.url, { dir })).rejects.toMatchObject({ code: 'migration_failed' });
    await database.pool.query("DELETE FROM _prisma_migrations WHERE migration_name = '2099_wrong'");
    write('2099_wrong', 'ALTER TABLE orders ADD COLUMN wrong text');
    expect(await migrateDeploy(database.url, { dir })).toEqual(['2099_wrong']);
  });

  it('whose process dies while it waits leaves nothing, and is applied when it is run again', async () => {
    write('2099_killed', 'ALTER TABLE customers ADD COLUMN killed text; ALTER TABLE orders ADD COLUMN killed text');
    await hold('orders');
    const dying = migrateDeploy(database.url, { dir, lockWaitMs: 60_000 }).catch((error) => error);
    const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%killed%'
      AND datname = current_database() AND pid <> pg_backend_pid()`;
    const victim = await until('it waits', async () => (await database.pool.query(waiting)).rows[0]);
    await database.pool.query('SELECT pg_terminate_backend($1)', [victim.pid]);
    expect(await dying).toMatchObject({ code: '57P01' });
    await holder.query('COMMIT');
    expect(await migrateDeploy(database.url, { dir })).toEqual(['2099_killed']);
  });
});
