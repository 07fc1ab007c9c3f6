import pg from 'pg';
import { migrateDeploy } from '../src/db/migrate.ts';

/** A further database of this server, empty and migrated; its address. */
export async function createFurtherDatabase(adminUrl: string, name: string): Promise<string> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  await migrateDeploy(url.href);
  return url.href;
}
