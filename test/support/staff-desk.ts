import { createHmac } from 'node:crypto';
import { addStaff } from '../../src/flows/add-staff.ts';
import { createLog } from '../../src/log.ts';
import type { StaffRole } from '../../src/ports.ts';
import { staffAt } from './browserless-staff.ts';
import { createTestDatabase } from './test-database.ts';
import { openWebProcess } from './web-process.ts';

export const PASSWORD = 'pneus-et-jantes-971';

/** The web on a database of its own, its log, and people with accounts and browsers. */
export async function openStaffDesk() {
  const database = await createTestDatabase();
  const logged: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } });
  const web = await openWebProcess(database, log);

  /** Somebody with an account, logged in on a browser of their own. */
  async function person(name: string, role: StaffRole = 'staff') {
    const email = `${name.toLowerCase()}@shop.example`;
    await addStaff(web, { email, password: PASSWORD, name, role });
    const { id } = await web.db.staffMember.findUniqueOrThrow({ where: { email } });
    return { id, email, ...(await browser(email)) };
  }

  /** A further browser; logged in when told as whom. */
  async function browser(email?: string, password = PASSWORD) {
    const staff = staffAt(web.publicUrl);
    if (email) await staff.logIn(undefined, { email, password });
    return {
      ...staff,
      /** Sends a form of the staff's pages, with the token it would hold. */
      async sends(path: string, fields: Record<string, string> = {}) {
        const { csrf = '' } = staff.hiddenFields((await staff.request('/staff/account')).body);
        return staff.request(path, { csrf, ...fields });
      },
      isLoggedIn: async () => (await staff.request('/staff/account')).status === 200,
    };
  }

  return {
    ...{ database, web, db: web.db, logged, person, browser },
    /** What they did, as the log of deeds names it. */
    async deedsOf({ id }: { id: string }) {
      const entries = await web.db.auditEntry.findMany({ where: { actor: `staff:${id}` }, orderBy: { seq: 'asc' } });
      return entries.map(({ action }) => action);
    },
    async close() {
      await web.close();
      await database.close();
    },
  };
}
export type StaffDesk = Awaited<ReturnType<typeof openStaffDesk>>;

/** Text as a reader sees it: entities undone, tags gone. */
export const seen = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

/** What an app shows for a secret. https://datatracker.ietf.org/doc/html/rfc6238 */
export function appCode(secret: string, atMs = Date.now()): string {
  const bits = [...secret]
    .map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
