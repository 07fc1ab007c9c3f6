import { randomBytes } from 'node:crypto';
import type { TestDatabase } from './test-database.ts';

/** A role as the smallest plans of hosts give one: it owns the database's tables, is no superuser and holds `limit` connections at most. */
export async function createLimitedRole({ db, url: ownersUrl }: TestDatabase, limit: number) {
  const name = `limited_${randomBytes(6).toString('hex')}`;
  const url = new URL(ownersUrl);
  const owner = url.username;
  await db.$executeRawUnsafe(`CREATE ROLE ${name} LOGIN PASSWORD 'limited' CONNECTION LIMIT ${limit}`);
  await db.$executeRawUnsafe(`GRANT ${owner} TO ${name}`);
  [url.username, url.password] = [name, 'limited'];
  return {
    name,
    url: url.toString(),
    mayHold: (connections: number) => db.$executeRawUnsafe(`ALTER ROLE ${name} CONNECTION LIMIT ${connections}`),
    async drop() {
      await db.$executeRawUnsafe(`REVOKE ${owner} FROM ${name}`);
      await db.$executeRawUnsafe(`DROP ROLE ${name}`);
    },
  };
}
