import type { Db } from '../src/db/client.ts';
import { addStaff } from '../src/flows/add-staff.ts';
import { createStaffAccounts } from '../src/vendors/staff-accounts.ts';
import { silentLog } from '../test/support/silent-log.ts';
import { BENCH_SESSION_SECRET } from './shop-under-load.ts';

const ACCOUNT = { email: 'bench@shop.example', password: 'a password for the bench', name: 'Bench' };

/** The bench's account in the shop at `url`. */
export async function addManager(db: Db, url: string): Promise<void> {
  const accounts = createStaffAccounts({ db, secret: BENCH_SESSION_SECRET, baseUrl: url, log: silentLog });
  await addStaff({ db, clock: { now: () => new Date() }, accounts }, { ...ACCOUNT, role: 'manager' });
}

/** The cookies of a session of its. */
export async function logIn(url: string): Promise<string> {
  const response = await fetch(`${url}/staff/login`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email: ACCOUNT.email, password: ACCOUNT.password, next: '/staff' }),
  });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  if (response.status !== 303) throw new Error(`logging in answered ${response.status}`);
  return cookies.join('; ');
}
