import { openDatabase } from '../db/client.ts';
import { migrateDeploy } from '../db/migrate.ts';
import { fillSearchIndex } from '../db/search-index.ts';
import { complain, progressLine, runCommand, say, withDatabaseUrl } from './command.ts';

const USAGE = `npm run db:migrate
  Applies the migrations in prisma/migrations to DIRECT_DATABASE_URL, else DATABASE_URL (or to the embedded PostgreSQL), then makes findable what
  search has not read yet. Safe to repeat, to run from several places at once, and while the shop serves: it waits for tables that are in use in
  short tries, and gives up after four minutes with nothing half done.`;

await runCommand(USAGE, async (config) =>
  withDatabaseUrl({ ...config, databaseUrl: config.directDatabaseUrl ?? config.databaseUrl }, async (url) => {
    const applied = await migrateDeploy(url, { onWait: complain });
    say(applied.length === 0 ? 'The database is up to date.' : `Applied:\n  ${applied.join('\n  ')}`);
    await fillSearch(url);
    if (applied.length > 0) say('"npm run doctor" tells what is left to do.');
    return 0 as const;
  }),
);

/** Products that were there before the search index, or were changed by hand. */
async function fillSearch(url: string): Promise<void> {
  const { db, close } = openDatabase(url, { maxConnections: 1, onError: (error) => complain(error.message) });
  const progress = progressLine();
  try {
    const filled = await fillSearchIndex(db, (products) => progress.show(`${products} products read for search`));
    if (filled === 0) return;
    progress.end();
    say(`Search knows ${filled} more products.`);
  } finally {
    await close();
  }
}
