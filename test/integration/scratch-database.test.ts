import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/db/client.ts';
import { createScratchDatabase, keepForRewind, rewind } from '../../src/db/scratch-database.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const nextOrderNumber = async () => {
  const [row] = await database.db.$queryRaw<{ value: bigint }[]>`SELECT nextval('order_number') AS value`;
  return row?.value;
};
const addLocation = (code: string) =>
  database.db.location.create({ data: { code, name: code, address: 'a', hours: 'h' } });

test('rewinding brings every row and number back to what was kept', async () => {
  await addLocation('KEPT');
  await keepForRewind(database.pool);
  const before = await nextOrderNumber();
  await addLocation('NEW');
  await database.db.location.update({ where: { code: 'KEPT' }, data: { name: 'changed' } });
  await rewind(database.pool);
  expect(await database.db.location.findMany({ select: { name: true } })).toEqual([{ name: 'KEPT' }]);
  expect(await nextOrderNumber()).toBe(before);
  // As often as one likes.
  await rewind(database.pool);
  expect(await nextOrderNumber()).toBe(before);
});

test('what is kept is what the database itself keeps: its guards hold as before', async () => {
  await rewind(database.pool);
  await expect(addLocation('KEPT')).rejects.toThrow(/Unique/);
});

test('a database that was not made to be thrown away is never emptied', async () => {
  const { pool, close } = openDatabase(process.env.TEST_POSTGRES_URL as string, { onError: () => {} });
  try {
    await expect(keepForRewind(pool)).rejects.toMatchObject({ code: 'not_a_scratch_database' });
    await expect(rewind(pool)).rejects.toMatchObject({ code: 'not_a_scratch_database' });
  } finally {
    await close();
  }
});

test('only names of scratch databases are made', async () => {
  const url = process.env.TEST_POSTGRES_URL as string;
  for (const name of ['shop', 'scratch_1; DROP DATABASE x', 'scratch_']) {
    await expect(createScratchDatabase(url, name)).rejects.toMatchObject({ code: 'not_a_scratch_name' });
  }
});
