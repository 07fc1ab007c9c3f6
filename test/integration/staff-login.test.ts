import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { addStaff } from '../../src/flows/add-staff.ts';
import { createStaffAccounts } from '../../src/vendors/staff-accounts.ts';
import { cookieOf, csrfIn, form } from '../support/html-forms.ts';
import { noOrders } from '../support/order-samples.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startWeb, type Web } from '../support/web.ts';

const PASSWORD = 'pneus-et-jantes-971';
let database: TestDatabase;
let web: Web;

beforeAll(async () => {
  database = await createTestDatabase();
  const accounts = createStaffAccounts({
    db: database.db,
    secret: 'a test secret that is long enough for anyone',
    baseUrl: 'http://shop.test',
    log: silentLog,
  });
  await addStaff(
    { db: database.db, clock: { now: () => new Date() }, accounts },
    { email: 'lea@example.com', password: PASSWORD, name: 'Léa', role: 'staff' },
  );
  web = await startWeb({ accounts, publicUrl: 'http://shop.test', listOrders: noOrders });
});
afterEach(() => database.db.staffRateLimit.deleteMany());
afterAll(async () => {
  await web.close();
  await database.close();
});

const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  web.fetch(path, form(fields, headers));
const login = (password: string, headers: Record<string, string> = {}) =>
  post('/staff/login', { email: 'lea@example.com', password, next: '/staff' }, headers);

test('a person logs in with a plain form, sees the orders and logs out for good', async () => {
  const loggedIn = await login(PASSWORD);
  expect(loggedIn.status).toBe(303);
  const headers = { cookie: cookieOf(loggedIn) };
  const orders = await web.fetch('/staff', { headers });
  expect(orders.status).toBe(200);
  const page = await orders.text();
  expect(page).toContain('Léa');
  const loggedOut = await post('/staff/logout', { csrf: csrfIn(page) }, headers);
  expect(loggedOut.headers.get('location')).toBe('/staff/login');
  expect((await web.fetch('/staff', { headers })).status).toBe(303);
});

test('the form token of one session is refused in the next', async () => {
  const first = { cookie: cookieOf(await login(PASSWORD)) };
  const second = { cookie: cookieOf(await login(PASSWORD)) };
  const csrf = csrfIn(await (await web.fetch('/staff', { headers: first })).text());
  expect((await post('/staff/logout', { csrf }, second)).status).toBe(403);
});

test('claiming another address in every try does not lengthen the guessing', async () => {
  const statuses: number[] = [];
  for (let n = 1; n <= 6; n++) {
    const claimed = { 'x-forwarded-for': `198.51.100.${n}`, 'x-client-ip': `198.51.100.${n}` };
    statuses.push((await login('wrong', claimed)).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
});

test('a password typed into the form reaches no log', async () => {
  await login('a-wrong-password');
  await login(PASSWORD);
  const logged = JSON.stringify(web.lines);
  expect(logged).not.toContain('password');
  expect(logged).not.toContain(PASSWORD);
});
