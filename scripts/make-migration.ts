// Writes the SQL still missing between prisma/migrations and prisma/schema.prisma into a new migration, without
// Prisma's engine binary: `npm run migration:new -- add_something`. Read it and add what Prisma cannot express.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startThrowAwayPostgres } from '../test/support/embedded-postgres.ts';
import { diff } from './schema-engine.ts';

const name = process.argv[2];
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  process.stderr.write('usage: npm run migration:new -- name_in_snake_case\n');
  process.exit(1);
}
const postgres = await startThrowAwayPostgres();
try {
  const sql = await diff(postgres.url('postgres'), 'migrations');
  if (!sql) {
    process.stdout.write('prisma/migrations already says what prisma/schema.prisma says: nothing written\n');
  } else {
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const dir = path.join('prisma/migrations', `${stamp}_${name}`);
    mkdirSync(dir, { recursive: true });
    writeFileSync(path.join(dir, 'migration.sql'), sql);
    process.stdout.write(`${dir}/migration.sql written\n`);
  }
} finally {
  await postgres.stop();
}
