import { type Db, openDatabase } from '../../src/db/client.ts';
import { loadDemoCatalogue } from '../../src/db/demo-catalogue.ts';
import { migrateDeploy } from '../../src/db/migrate.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { startThrowAwayPostgres } from './embedded-postgres.ts';
import { startRequestBalancer } from './request-balancer.ts';
import { type RunningProcess, SHOP_CONNECTIONS, startProcess, startStandIns } from './running-shop.ts';
import { until } from './until.ts';

/** A machine of the shop's: a process that is started again whenever it ended. */
export function machine(entry: string, env: Record<string, string>, root?: string) {
  let running: RunningProcess = startProcess(entry, env, root);
  let kills = 0;
  const works = () =>
    until(`${entry} works`, () => /"(listening|working)"/.test(running.output()), { timeoutMs: 50_000 }).catch(
      (error) => {
        throw new Error(`${error.message}\n${running.output()}`);
      },
    );
  return {
    works,
    get output() {
      return running.output();
    },
    get kills() {
      return kills;
    },
    async dies() {
      kills++;
      await running.stop('SIGKILL');
      running = startProcess(entry, env, root);
      await works();
    },
    /** What it ended with by itself; null while it runs. */
    exitCode: () => running.child.exitCode,
    stop: (signal?: NodeJS.Signals) => running.stop(signal),
  };
}

export type Machine = ReturnType<typeof machine>;

/** Ten thousand more of everything: these tests are not about what is sold out. */
export const fillShelves = (db: Db) => db.$executeRaw`
  WITH filled AS (UPDATE stock_levels SET on_hand = on_hand + 10000 RETURNING id)
  INSERT INTO stock_movements (stock_level_id, kind, on_hand_delta, reserved_delta) SELECT id, 'received', 10000, 0 FROM filled`;

/**
 * A shop on several machines: web processes behind a balancer, workers, one PostgreSQL of their own that can be started
 * again, the vendors' stand-ins in this process. `through`: an address for the database that is not its own.
 */
export async function startManyMachines(size: { webs: number; workers: number }, through?: Through) {
  const postgres = await startThrowAwayPostgres({ isKilled: true });
  const url = `${postgres.url('postgres')}?application_name=${SHOP_CONNECTIONS}`;
  await migrateDeploy(url);
  const { db, close } = openDatabase(url, { onError: () => {} });
  await loadDemoCatalogue(db);
  await fillShelves(db);
  const ports = await Promise.all(Array.from({ length: size.webs }, freePort));
  const balancer = await startRequestBalancer(ports);
  const publicUrl = `http://127.0.0.1:${balancer.port}`;
  const { sandbox, env: standIns } = await startStandIns(publicUrl);
  const pooler = await through?.(postgres.url('postgres'));
  const env = { ...standIns, DATABASE_URL: url, ...pooler?.env };
  const webs = ports.map((port) => machine('server.js', { ...env, PORT: String(port) }));
  const workers = Array.from({ length: size.workers }, () => machine('worker.js', env));
  const machines = [...webs, ...workers];
  async function stop() {
    await Promise.all(machines.map((each) => each.stop()));
    await balancer.stop();
    await sandbox.stop();
    await pooler?.stop();
    await close();
    await postgres.stop();
  }
  await Promise.all(machines.map((each) => each.works())).catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    ...{ db, sandbox, publicUrl, postgres, webs, workers, machines, env },
    /** How long after now a new customer is answered. */
    async msToAnswer(name: string): Promise<number> {
      const startedMs = performance.now();
      const { id } = sandbox.phones.addCustomer({ name });
      let said = sandbox.twilio.customerWrites(id, 'Bonjour');
      const isAnswered = () => {
        if (sandbox.phones.message(said.id)?.status === 'failed') said = sandbox.twilio.customerWrites(id, 'Bonjour');
        return sandbox.phones.messages(id).some(({ direction }) => direction === 'in');
      };
      await until(`${name} is answered`, isAnswered, { timeoutMs: 60_000, everyMs: 20 });
      return performance.now() - startedMs;
    },
    stop,
  };
}
export type ManyMachines = Awaited<ReturnType<typeof startManyMachines>>;
/** Puts something between the shop and its database: what its processes are told of it, and how it ends. */
export type Through = (databaseUrl: string) => Promise<{ env: Record<string, string>; stop(): Promise<void> }>;
