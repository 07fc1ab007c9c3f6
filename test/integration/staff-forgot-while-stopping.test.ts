import { expect, test } from '@jest/globals';
import { addStaff } from '../../src/flows/add-staff.ts';
import { staffAt } from '../support/browserless-staff.ts';
import { startMailServer } from '../support/mail-server.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { openWebProcess } from '../support/web-process.ts';

test('a web that stops right after its answer still mails the link for a new password', async () => {
  const [database, mailServer] = await Promise.all([createTestDatabase(), startMailServer()]);
  const mail = { SMTP_URL: mailServer.url, MAIL_FROM: 'boutique@shop.example' };
  const web = await openWebProcess(database, silentLog, mail);
  const email = 'lucie@shop.example';
  await addStaff(web, { email, password: 'pneus-et-jantes-971', name: 'Lucie', role: 'manager' });
  const { status } = await staffAt(web.publicUrl).request('/staff/forgot', { email });
  await web.close();
  expect([status, mailServer.mails.map(({ recipients }) => recipients)]).toEqual([200, [[email]]]);
  await mailServer.close();
  await database.close();
}, 30_000);
