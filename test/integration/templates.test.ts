import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approvedTemplate } from '../../src/db/message-templates.ts';
import { LOCALES } from '../../src/domain/locale.ts';
import { TEMPLATE_KEYS } from '../../src/domain/outbound-message.ts';
import { refreshTemplates } from '../../src/flows/refresh-templates.ts';
import { submitTemplates } from '../../src/flows/submit-templates.ts';
import { loadPrompts } from '../../src/prompts.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const ALL = TEMPLATE_KEYS.length * LOCALES.length;
let database: TestDatabase;
/** WhatsApp's decisions by Content SID, which the registry below only reports. */
const approvals = new Map<string, string>();
const registry = {
  async submit() {
    const contentSid = `HX${approvals.size}`;
    approvals.set(contentSid, 'received');
    return { contentSid, approval: 'received' };
  },
  async approvalOf(contentSid: string) {
    const approval = approvals.get(contentSid);
    if (!approval) throw new Error('no such content');
    return approval;
  },
};
const decide = (approval: string) => {
  for (const contentSid of approvals.keys()) approvals.set(contentSid, approval);
};
const submit = (publicUrl: string) =>
  submitTemplates({ db: database.db, registry, templates: loadPrompts().templates, publicUrl });
const refresh = () => refreshTemplates({ db: database.db, log: silentLog, registry });
const inUse = async () => (await approvedTemplate(database.db, 'thank_you', 'fr'))?.contentSid;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('an approval is found out by the hourly sweep, and one that is withdrawn too', async () => {
  await submit('https://shop.example');
  expect(await inUse()).toBeUndefined();
  expect(await refresh()).toEqual({ processed: 0 });
  decide('approved');
  expect(await refresh()).toEqual({ processed: ALL });
  expect(await inUse()).toBe('HX0');
  approvals.set('HX0', 'paused');
  expect(await refresh()).toEqual({ processed: 1 });
  expect(await inUse()).toBeUndefined();
  approvals.set('HX0', 'approved');
  await refresh();
});

test('a new wording does not replace the approved one before it is approved itself', async () => {
  // The thank-you's picture stands at PUBLIC_URL: another address is another wording.
  const submitted = (await submit('https://new.example')).filter(({ approval }) => approval === 'received');
  const fresh = submitted.find(({ locale }) => locale === 'fr')?.contentSid ?? '';
  expect(submitted.map(({ key }) => key)).toEqual(['thank_you', 'thank_you', 'thank_you']);
  expect(await inUse()).toBe('HX0');
  approvals.set(fresh, 'rejected');
  await refresh();
  expect(await inUse()).toBe('HX0');
  approvals.set(fresh, 'approved');
  await refresh();
  expect(await inUse()).toBe(fresh);
  expect(await database.db.messageTemplate.count({ where: { key: 'thank_you', locale: 'fr' } })).toBe(1);
});

test('one approval that cannot be read keeps no other from being read, and the sweep says so', async () => {
  approvals.delete('HX3');
  approvals.set('HX4', 'rejected');
  await expect(refresh()).rejects.toMatchObject({
    code: 'approvals_not_read',
    message: expect.stringMatching(/^1 of \d+ failed/),
  });
  const read = await database.db.messageTemplate.findFirstOrThrow({ where: { contentSid: 'HX4' } });
  expect(read.approval).toBe('rejected');
});
