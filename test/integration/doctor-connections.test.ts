import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { createLimitedRole } from '../support/limited-role.ts';
import { runCommand } from '../support/run-command.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// What doctor says of how many connections the database allows: by the role, by the database, by the server.

// Each run is a process that loads the SDKs.
jest.setTimeout(60_000);
let database: TestDatabase;
let role: Awaited<ReturnType<typeof createLimitedRole>>;
beforeAll(async () => {
  database = await createTestDatabase();
  role = await createLimitedRole(database, 20);
});
afterAll(async () => {
  await role.drop();
  await database.close();
});

const doctor = (env: Record<string, string> = {}) => runCommand('doctor', [], { DATABASE_URL: role.url, ...env });

test('doctor tells that a web and a worker fit what the role may hold, through a deploy as well', async () => {
  const { code, stdout } = await doctor({ DATABASE_POOL_SIZE: '3' });
  expect(code).toBe(0);
  expect(stdout).toMatch(/ok +connections +.*up to 10, and 20 while a deploy .* the role may hold 20/);
  expect(stdout).not.toContain('connections can run out');
});

test('doctor warns of a pool that is too large for the role or the database, and says which size fits', async () => {
  const tooLarge = await doctor();
  expect(tooLarge.code).toBe(0);
  expect(tooLarge.stdout).toMatch(/warning +connections +with DATABASE_POOL_SIZE=20 .* up to 44, and 88 .* hold 20/);
  expect(tooLarge.stdout).toContain('set DATABASE_POOL_SIZE=3, or take a database that allows 88');
  await role.mayHold(-1);
  const { pathname } = new URL(database.url);
  await database.db.$executeRawUnsafe(`ALTER DATABASE ${pathname.slice(1)} CONNECTION LIMIT 15`);
  const tight = await doctor({ DATABASE_POOL_SIZE: '2' });
  expect(tight.stdout).toMatch(/warning +connections .*this database allows 15/);
  expect(tight.stdout).toContain('take a database that allows 16 or more, and set DATABASE_POOL_SIZE=2');
  await database.db.$executeRawUnsafe(`ALTER DATABASE ${pathname.slice(1)} CONNECTION LIMIT -1`);
});

test('doctor looks at what the server leaves to all, and says nothing of a pooler it cannot see through', async () => {
  const [server] = await database.db.$queryRaw<{ allows: number }[]>`
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS allows`;
  await role.mayHold(-1);
  const { stdout } = await doctor({ DATABASE_POOL_SIZE: '200' });
  expect(stdout).toMatch(new RegExp(`warning +connections .*the server allows ${server?.allows}\n`));
  const pooled = await doctor({ DATABASE_POOL_SIZE: '200', DIRECT_DATABASE_URL: database.url });
  expect(pooled.stdout).toMatch(/ok +connections +a pooler stands between/);
});

test('where the shop holds every connection there is, commands say so', async () => {
  await role.mayHold(1);
  const shop = new pg.Client({ connectionString: role.url });
  await shop.connect();
  try {
    const [examined, migrated] = await Promise.all([doctor(), runCommand('migrate', [], { DATABASE_URL: role.url })]);
    expect(examined).toMatchObject({ code: 1, stdout: expect.stringMatching(/FAILED +database .*DATABASE_POOL_SIZE/) });
    expect(migrated).toMatchObject({ code: 1, stderr: expect.stringContaining('DATABASE_POOL_SIZE') });
  } finally {
    await shop.end();
  }
});
