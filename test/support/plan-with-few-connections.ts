import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { loadDemoCatalogue } from '../../src/db/demo-catalogue.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { addStaff } from '../../src/flows/add-staff.ts';
import { signedForm } from '../../src/sandbox/twilio/callbacks.ts';
import { createStaffAccounts } from '../../src/vendors/staff-accounts.ts';
import { staffAt } from './browserless-staff.ts';
import { openEventStream } from './event-stream.ts';
import { createLimitedRole } from './limited-role.ts';
import { startRequestBalancer } from './request-balancer.ts';
import { STAFF, startProcess, startStandIns } from './running-shop.ts';
import { silentLog } from './silent-log.ts';
import { createTestDatabase } from './test-database.ts';
import { until } from './until.ts';

// What a burst writes and reads: locked, each statement of it waits with a connection in its hand.
const BUSY_TABLES = 'orders, conversations, inbound_messages, outbound_messages, payment_events, payment_attempts';

/**
 * A shop whose role may hold `limit` connections, as with the smallest plans of hosts. `deploy` starts a web and a worker beside those that run, behind one address.
 */
export async function openPlan(limit: number) {
  const database = await createTestDatabase();
  await loadDemoCatalogue(database.db);
  const role = await createLimitedRole(database, limit);
  const ports: number[] = [];
  const balancer = await startRequestBalancer(ports);
  const publicUrl = `http://127.0.0.1:${balancer.port}`;
  const { sandbox, env } = await startStandIns(publicUrl);
  const accounts = createStaffAccounts({
    ...{ db: database.db, secret: env.SESSION_SECRET, baseUrl: publicUrl, log: silentLog },
  });
  await addStaff({ db: database.db, clock: { now: () => new Date() }, accounts }, { ...STAFF, role: 'staff' });

  /** A web and a worker as processes, told apart by the name of their connections; the web has a page open. */
  async function deploy(release: string, poolSize: number) {
    const port = await freePort();
    const start = (entry: string) =>
      startProcess(`${entry}.js`, {
        ...{ ...env, PORT: String(port), DATABASE_POOL_SIZE: String(poolSize) },
        DATABASE_URL: `${role.url}?application_name=${release}_${entry}`,
      });
    const running = [start('server'), start('worker')];
    const output = () => running.map((each) => each.output()).join('\n');
    await until(`${release} works`, () => running.every((each) => /"(listening|working)"/.test(each.output())), {
      timeoutMs: 30_000,
    }).catch((error) => {
      throw new Error(`${error.message}\n${output()}`);
    });
    ports.push(port);
    const url = `http://127.0.0.1:${port}`;
    const staff = staffAt(publicUrl, url);
    await staff.logIn();
    const stream = await openEventStream(`${url}/staff/live`, staff.cookie());
    await until('the page hears', () => stream.count('reread') > 0);
    const answered = async (request: Promise<Response>) => {
      const response = await request;
      await response.text();
      return response.status;
    };
    return {
      output,
      /** More pages than any pool has connections, all at once; what each was answered. */
      opensPages: () => Promise.all(Array.from({ length: 40 }, async () => (await staff.request('/staff')).status)),
      /** A message and an event that nobody knows of, at once; what each was answered. */
      vendorsPost: () => {
        const From = `whatsapp:+59069${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`;
        const fields = { MessageSid: `SM${randomUUID().replaceAll('-', '')}`, From, Body: 'Bonjour', NumMedia: '0' };
        const message = signedForm(env.TWILIO_AUTH_TOKEN, `${publicUrl}/whatsapp/inbound`, fields);
        return Promise.all([
          answered(fetch(`${url}/whatsapp/inbound`, { method: 'POST', ...message })),
          answered(fetch(`${url}/webhook/stripe`, signedEvent(env.STRIPE_WEBHOOK_SECRET))),
        ]);
      },
      async stop() {
        ports.splice(ports.indexOf(port), 1);
        await stream.close();
        await Promise.all(running.map((each) => each.stop()));
      },
    };
  }

  /** How many connections each process holds now. */
  async function held(): Promise<Record<string, number>> {
    const rows = await database.db.$queryRaw<{ name: string; n: number }[]>`
      SELECT application_name AS name, count(*)::int AS n FROM pg_stat_activity WHERE usename = ${role.name} GROUP BY 1`;
    return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
  }

  /** Runs `work` while every statement of a burst waits, so that processes take whatever connections they may. */
  async function whileNothingMoves<T>(work: () => Promise<T>): Promise<T> {
    const client = await database.pool.connect();
    try {
      await client.query(`BEGIN; LOCK TABLE ${BUSY_TABLES} IN ACCESS EXCLUSIVE MODE`);
      return await work();
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }

  return {
    ...{ db: database.db, sandbox, role, env, deploy, held, whileNothingMoves },
    /** There may be work of every kind: each loop of the workers looks. */
    nudge: () => database.db.$executeRaw`SELECT pg_notify('work', '')`,
    async close() {
      await balancer.stop();
      await sandbox.stop();
      await role.drop();
      await database.close();
    },
  };
}
export type Plan = Awaited<ReturnType<typeof openPlan>>;

/** One that changes nothing: its session is not ours. */
function signedEvent(secret: string) {
  const id = `evt_${randomUUID().replaceAll('-', '')}`;
  const object = { id: 'cs_test_of_another_shop', object: 'checkout.session', metadata: {} };
  const created = Math.floor(Date.now() / 1000);
  const event = { id, object: 'event', type: 'checkout.session.completed', created, livemode: false, data: { object } };
  const body = JSON.stringify(event);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret });
  return { method: 'POST', body, headers: { 'stripe-signature': signature, 'content-type': 'application/json' } };
}
