import { migrateDeploy } from '../db/migrate.ts';
import { runCommand, say, withDatabaseUrl } from './command.ts';

const USAGE = `npm run db:migrate
  Applies the migrations in prisma/migrations to DATABASE_URL (or to the embedded PostgreSQL). Safe to repeat, and to run
  from several places at once.`;

await runCommand(USAGE, async (config) =>
  withDatabaseUrl(config, async (url) => {
    const applied = await migrateDeploy(url);
    say(applied.length === 0 ? 'The database is up to date.' : `Applied:\n  ${applied.join('\n  ')}`);
    return 0 as const;
  }),
);
