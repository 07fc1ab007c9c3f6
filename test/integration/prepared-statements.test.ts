import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OpenDatabase, openDatabase } from '../../src/db/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

describe('the statements of a connection', () => {
  let database: TestDatabase;
  const opened: OpenDatabase[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await database.close();
  });

  const open = (query = '') => {
    const one = openDatabase(`${database.url}${query}`, { maxConnections: 1, onError: () => {} });
    opened.push(one);
    return one;
  };
  const namesOn = async ({ pool }: OpenDatabase) => {
    const { rows } = await pool.query<{ name: string }>("SELECT name FROM pg_prepared_statements WHERE name <> ''");
    return rows.map(({ name }) => name);
  };

  it('are parsed once and then called by name', async () => {
    const one = open();
    for (const code of ['A', 'B', 'C']) await one.db.location.findMany({ where: { code } });
    expect(await namesOn(one)).toHaveLength(1);
  });

  it('have no names behind a PgBouncer that does not follow them', async () => {
    const one = open('?pgbouncer=true');
    await one.db.location.findMany();
    expect(await namesOn(one)).toEqual([]);
  });

  it('have no name when their texts have no end', async () => {
    const one = open();
    for (let length = 1; length <= 310; length++) {
      await one.db.location.findMany({ where: { code: { in: Array.from({ length }, (_, n) => `${n}`) } } });
    }
    expect(await namesOn(one)).toHaveLength(300);
  });
});
