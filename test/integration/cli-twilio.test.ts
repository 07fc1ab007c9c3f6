import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
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
