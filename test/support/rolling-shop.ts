import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Db, openDatabase } from '../../src/db/client.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { startThrowAwayPostgres } from './embedded-postgres.ts';
import { fillShelves, type Machine, machine } from './many-machines.ts';
import { startRequestBalancer } from './request-balancer.ts';
import { SHOP_CONNECTIONS, STAFF, startStandIns } from './running-shop.ts';

const run = promisify(execFile);
const HERE = path.resolve(import.meta.dirname, '../..');

/** Loads the demo catalogue by the build at `root`: this one's knows columns that are not there yet. */
const LOAD_DEMO = `
  const [{ openDatabase }, { loadDemoCatalogue }] = await Promise.all(
    ['client', 'demo-catalogue'].map((name) => import(process.env.BUILD_URL + '/dist/db/' + name + '.js')));
  const { db, close } = openDatabase(process.env.DATABASE_URL, { onError: console.error });
  await loadDemoCatalogue(db);
  await close();`;

/**
 * A shop of the build at `oldRoot` on a database as that build made it, behind a balancer; its processes and those of this build
 * come and go as a deploy rolls. The vendors' stand-ins are in this process.
 */
export async function startRollingShop(oldRoot: string) {
  const postgres = await startThrowAwayPostgres();
  const url = `${postgres.url('postgres')}?application_name=${SHOP_CONNECTIONS}`;
  const ports: number[] = [];
  const balancer = await startRequestBalancer(ports);
  const publicUrl = `http://127.0.0.1:${balancer.port}`;
  const { sandbox, env: standIns } = await startStandIns(publicUrl);
  const env = { ...standIns, DATABASE_URL: url };
  const command = (root: string, args: string[], more: Record<string, string> = {}) =>
    run(process.execPath, args, {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env, ...more },
    });
  await command(oldRoot, ['dist/cli/migrate.js']);
  await command(oldRoot, ['--input-type=module', '--eval', LOAD_DEMO], { BUILD_URL: `file://${oldRoot}` });
  await command(oldRoot, ['dist/cli/add-staff.js', STAFF.email, '--role', 'staff', '--name', STAFF.name], {
    STAFF_PASSWORD: STAFF.password,
  });
  const { db, close } = openDatabase(url, { onError: () => {} });
  await fillShelves(db);
  const started: Machine[] = [];

  /** A web and a worker of that build, the web known to the balancer once it listens. */
  async function startBeside(root: string): Promise<{ web: Machine; worker: Machine }> {
    const port = await freePort();
    const pair = {
      web: machine('server.js', { ...env, PORT: String(port) }, root),
      worker: machine('worker.js', env, root),
    };
    started.push(pair.web, pair.worker);
    await Promise.all([pair.web.works(), pair.worker.works()]);
    ports.push(port);
    return pair;
  }
  return {
    ...{ db: db as Db, sandbox, publicUrl },
    startOld: () => startBeside(oldRoot),
    startNew: () => startBeside(HERE),
    /** As the new build's release step does; answers what it said. */
    migrate: async () => (await command(HERE, ['dist/cli/migrate.js'])).stdout,
    async stop() {
      await Promise.all(started.map((each) => each.stop()));
      await balancer.stop();
      await sandbox.stop();
      await close();
      await postgres.stop();
    },
  };
}
export type RollingShop = Awaited<ReturnType<typeof startRollingShop>>;
