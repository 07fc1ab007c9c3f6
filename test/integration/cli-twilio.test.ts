import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { stepsOf } from '../../src/cli/doctor-finding.ts';
import { examineTwilio } from '../../src/cli/doctor-twilio.ts';
import { runCommand } from '../support/run-command.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startTwilio } from '../support/twilio-stand-in.ts';

// twilio:setup and the doctor on the shop's WhatsApp sender, against Twilio's stand-in.

let database: TestDatabase;
let twilio: Awaited<ReturnType<typeof startTwilio>>;
beforeAll(async () => {
  database = await createTestDatabase();
  twilio = await startTwilio();
});
afterAll(async () => {
  await twilio.close();
  await database.close();
});

// Each run is a process that loads the SDKs; several in one test take a while on a busy machine.
jest.setTimeout(60_000);

const ANOTHER = { TWILIO_WHATSAPP_FROM: 'whatsapp:+590590000001' };
const SANDBOX = { TWILIO_WHATSAPP_FROM: 'whatsapp:+14155238886' };
const run = (name: string, env: Record<string, string>) =>
  runCommand(name, [], { DATABASE_URL: database.url, PUBLIC_URL: 'https://shop.example', ...env });

test('twilio:setup fails where the account has no such sender, and says what is next', async () => {
  const { code, stdout, stderr } = await run('setup-twilio', { ...twilio.env, ...ANOTHER });
  expect(code).toBe(1);
  expect(stderr).toContain('no WhatsApp sender whatsapp:+590590000001');
  expect(stderr).toContain('Messaging > Senders > WhatsApp senders');
  expect(stdout).not.toContain('posts to');
});

test('twilio:setup sets the sender’s webhooks and says where they lead', async () => {
  const { code, stdout, stderr } = await run('setup-twilio', twilio.env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('The sender posts to https://shop.example/whatsapp/inbound.');
});

test('twilio:setup says of Twilio’s sandbox what is left to enter in the console, and where', async () => {
  const { code, stdout } = await run('setup-twilio', { ...twilio.env, ...SANDBOX });
  expect(code).toBe(0);
  expect(stdout).toMatch(/Left to do:\n.*Messaging > Try it out > Send a WhatsApp message > Sandbox settings/);
  expect(stdout).toContain('https://shop.example/whatsapp/inbound for "When a message comes in"');
  expect(stdout).toContain('https://shop.example/whatsapp/status for "Status callback URL"');
  expect(stdout).not.toContain('The sender posts to');
});

const INBOUND = 'https://shop.example/whatsapp/inbound';
const STATUS = 'https://shop.example/whatsapp/status';
const SET = { callback_url: INBOUND, callback_method: 'POST', status_callback_url: STATUS };

/** What the doctor finds of the sender, asked of the stand-in by Twilio's SDK. */
async function lookedAt(more: { from?: string; authToken?: string; publicUrl?: string; apiBaseUrl?: string } = {}) {
  const { publicUrl = 'https://shop.example', ...settings } = more;
  const findings = await Promise.all(examineTwilio({ twilio: { ...twilio.settings, ...settings }, publicUrl }));
  const sender = findings.find(({ what }) => what === 'Twilio sender');
  return { state: sender?.state, detail: sender?.detail, steps: sender ? stepsOf(sender) : [] };
}

test('the doctor finds nothing to do where the sender is online and posts to the shop', async () => {
  twilio.senders.change(twilio.from, { status: 'ONLINE', webhook: SET });
  await expect(lookedAt()).resolves.toEqual({
    ...{ state: 'ok', steps: [] },
    detail: `whatsapp:+590590000000 is ONLINE, its messages are posted to ${INBOUND}`,
  });
  twilio.senders.change(twilio.from, { status: 'ONLINE:UPDATING' });
  await expect(lookedAt()).resolves.toMatchObject({ state: 'ok', steps: [] });
  twilio.senders.change(twilio.from, { status: 'ONLINE' });
});

test.each([
  ['to nobody', { callback_url: null }, 'what customers write nowhere, not to'],
  ['to nobody any more', { callback_url: '' }, 'what customers write nowhere, not to'],
  ['to another shop', { callback_url: 'https://old.example/whatsapp/inbound' }, 'what customers write to https://old'],
  ['in a way the shop does not take', { callback_method: 'PUT' }, `what customers write to ${INBOUND} by PUT, not to`],
  ['how far messages got to nobody', { status_callback_url: null }, 'how far messages got nowhere, not to'],
])('the doctor says that a sender posts %s, and what mends it', async (_where, webhook, said) => {
  twilio.senders.change(twilio.from, { webhook: { ...SET, ...webhook } });
  const { state, steps } = await lookedAt();
  expect({ state, steps }).toEqual({ state: 'warning', steps: [expect.stringContaining(said)] });
  expect(steps[0]).toMatch(/by POST: npm run twilio:setup$/);
  twilio.senders.change(twilio.from, { webhook: SET });
});

test('the doctor fails a sender that is not online, with Twilio’s reasons and where to look', async () => {
  const reason = { code: '63113', message: 'No funds', more_info: 'https://www.twilio.com/docs/api/errors/63113' };
  twilio.senders.change(twilio.from, { status: 'OFFLINE', offline_reasons: [reason] });
  const offline = await lookedAt();
  twilio.senders.change(twilio.from, { status: 'VERIFYING', offline_reasons: null });
  const verifying = await lookedAt();
  twilio.senders.change(twilio.from, { status: 'ONLINE' });
  expect(offline).toMatchObject({ state: 'FAILED', detail: expect.stringContaining('OFFLINE') });
  expect(offline.steps).toEqual([expect.stringMatching(/is OFFLINE \(63113 No funds\): .*Senders > WhatsApp senders/)]);
  expect(verifying).toMatchObject({ state: 'FAILED', steps: [expect.stringContaining('is VERIFYING: see')] });
});

test('the doctor fails a number that is none of the account’s senders', async () => {
  const { state, steps } = await lookedAt({ from: 'whatsapp:+590590000001' });
  expect(state).toBe('FAILED');
  expect(steps).toEqual([expect.stringMatching(/no WhatsApp sender whatsapp:\+590590000001.*npm run twilio:setup$/)]);
});

test('the doctor says of the sandbox which page of the console has its webhooks', async () => {
  const { state, steps } = await lookedAt({ from: 'whatsapp:+14155238886' });
  expect(state).toBe('warning');
  expect(steps).toEqual([expect.stringMatching(/Messaging > Try it out > Send a WhatsApp message > Sandbox settings/)]);
  expect(steps[0]).toContain(INBOUND);
  expect(steps[0]).toContain(STATUS);
});

const away = (status: number) =>
  twilio.faults.add({ kind: 'status', status, path: /Senders/, body: { status, message: 'an error' } });

test.each([
  ['refuses the token', () => {}, { authToken: 'another' }],
  ['breaks', () => away(500), {}],
  ['may not be asked for senders', () => away(403), {}],
  ['does not answer', () => {}, { apiBaseUrl: 'http://127.0.0.1:9' }],
])('a sender that Twilio does not tell of, as it %s, is never in order', async (_how, goesWrong, more) => {
  goesWrong();
  const { state, steps } = await lookedAt(more);
  expect(state).toBe('FAILED');
  const step =
    /WhatsApp senders, that whatsapp:\+590590000000 is online and posts to .*: Twilio sender could not be looked at$/;
  expect(steps).toEqual([expect.stringMatching(step)]);
});

test('the doctor’s exit code and its last lines say it: all in order, left to do, not looked at', async () => {
  await run('setup-twilio', twilio.env);
  const product = {
    sku: 'A',
    brand: 'A',
    model: 'A',
    label: 'A',
    description: 'A',
    category: 'A',
    priceMinor: 100,
    currency: 'EUR',
  };
  await database.db.product.create({ data: product });
  await database.db.staffMember.create({ data: { id: 'lucie', name: 'Lucie', email: 'lucie@shop.example' } });
  const good = await run('doctor', twilio.env);
  expect(good.stdout).toContain('Nothing is left to do.');
  expect(good.code).toBe(0);
  twilio.senders.change(twilio.from, { webhook: { callback_url: null } });
  const lost = await run('doctor', twilio.env);
  expect(lost.stdout).toMatch(/Left to do:\n {2}- Twilio posts what customers write nowhere/);
  expect(lost.code).toBe(0);
  twilio.senders.change(twilio.from, { webhook: SET });
  away(503);
  const unasked = await run('doctor', twilio.env);
  expect(unasked.stdout).toMatch(/ok +Twilio +account active/);
  expect(unasked.stdout).toMatch(/FAILED +Twilio sender +twilio_503/);
  expect(unasked.stdout).not.toContain('Nothing is left to do');
  expect(unasked.code).toBe(1);
});
