import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startSandbox } from '../../src/sandbox/start.ts';
import { ACCOUNT, sandboxWorld } from './sandbox-world.ts';
import { senderFaults } from './sender-schema.ts';

let world: Awaited<ReturnType<typeof sandboxWorld>>;
beforeAll(async () => {
  world = await sandboxWorld();
});
afterAll(() => world.end());

const answerTo = (method: string, path: RegExp): unknown => JSON.parse(world.last(method, path).response);
const api = () => world.twilioSdk.messaging.v2.channelsSenders;
type Update = NonNullable<Parameters<ReturnType<ReturnType<typeof api>>['update']>[0]>;
const urls = { callback_url: 'https://shop.example/whatsapp/inbound', callback_method: 'POST' };

test('the sender is found, fetched and its webhooks are set through the SDK, as Twilio describes', async () => {
  const [sender] = await api().list({ channel: 'whatsapp' });
  expect(sender).toMatchObject({ senderId: ACCOUNT.from, status: 'ONLINE', webhook: { callbackUrl: null } });
  expect(senderFaults('list', answerTo('GET', /Senders\?/))).toEqual([]);
  const { sid = '' } = sender ?? {};
  const changed = await api()(sid).update({ webhook: urls } as unknown as Update);
  expect(changed.webhook).toMatchObject({ callbackUrl: urls.callback_url, callbackMethod: 'POST' });
  expect(world.last('POST', /Senders\/XE/).status).toBe(202);
  expect(senderFaults('one', answerTo('POST', /Senders\/XE/))).toEqual([]);
  expect((await api()(sid).fetch()).webhook).toMatchObject({ callbackUrl: urls.callback_url, statusCallbackUrl: null });
  expect(senderFaults('one', answerTo('GET', /Senders\/XE/))).toEqual([]);
});

test('what the update does not name stays, and names that are not of the wire mean nothing', async () => {
  const [{ sid } = { sid: '' }] = await api().list({ channel: 'whatsapp' });
  const status = { status_callback_url: 'https://shop.example/whatsapp/status' };
  await api()(sid).update({ webhook: { ...urls, ...status } } as unknown as Update);
  const kept = await api()(sid).update({ webhook: { callbackUrl: 'https://other.example/' } });
  expect(kept.webhook).toMatchObject({ callbackUrl: urls.callback_url, statusCallbackUrl: status.status_callback_url });
});

test('senders come in pages of twenty, of a channel that must be named; one that is not there is 404', async () => {
  for (let n = 0; n < 24; n++) world.twilio.senders.add(`whatsapp:+1415555${1_000 + n}`);
  const first = await api().page({ channel: 'whatsapp' });
  expect(first.instances).toHaveLength(20);
  expect(senderFaults('list', answerTo('GET', /Senders\?/))).toEqual([]);
  await expect(api().list({ channel: 'whatsapp' })).resolves.toHaveLength(25);
  await expect(api().list({ channel: '' })).rejects.toMatchObject({ status: 400 });
  await expect(api()(`XE${'f'.repeat(32)}`).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
});

test('Twilio’s shared number for trying is no sender of the account', async () => {
  const shared = { ...ACCOUNT, from: 'whatsapp:+14155238886' };
  const shop = { name: 'Essai', number: '+14155238886', currency: 'eur', locale: 'fr', timezone: 'UTC' };
  const stripe = { secretKey: 'sk_test_x', webhookSecret: 'whsec_x' };
  const sandbox = await startSandbox({ publicUrl: 'http://127.0.0.1:9', shop, twilio: shared, stripe });
  try {
    const authorization = `Basic ${Buffer.from(`${shared.accountSid}:${shared.authToken}`).toString('base64')}`;
    const path = '/v2/Channels/Senders?Channel=whatsapp';
    const answer = await fetch(sandbox.twilioBaseUrl + path, { headers: { authorization } });
    await expect(answer.json()).resolves.toMatchObject({ senders: [] });
  } finally {
    await sandbox.stop();
  }
});

test('the check can fail: a status nobody knows, a field too many and one too few are found', async () => {
  const [{ sid } = { sid: '' }] = await api().list({ channel: 'whatsapp' });
  await api()(sid).fetch();
  const { url, ...rest } = answerTo('GET', /Senders\/XE/) as { url: string };
  expect(senderFaults('one', { ...rest, url, status: 'UP' })).not.toEqual([]);
  expect(senderFaults('one', { ...rest, url, invented: 1 })).not.toEqual([]);
  expect(senderFaults('one', rest)).not.toEqual([]);
});
