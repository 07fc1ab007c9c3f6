import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fetchSender, setSenderWebhooks } from '../../src/vendors/twilio-sender.ts';
import { startTwilio } from '../support/twilio-stand-in.ts';

// The shop's WhatsApp sender, asked for and changed over real HTTP by Twilio's SDK.

let twilio: Awaited<ReturnType<typeof startTwilio>>;
beforeAll(async () => {
  twilio = await startTwilio();
});
afterAll(() => twilio.close());

const urls = {
  inboundUrl: 'https://shop.example/whatsapp/inbound',
  statusUrl: 'https://shop.example/whatsapp/status',
};

test('a sender is told as Twilio has it, before and after it gets the shop’s webhooks', async () => {
  const nothing = { url: null, method: null };
  await expect(fetchSender(twilio.settings)).resolves.toEqual({
    ...{ status: 'ONLINE', offlineReasons: [] },
    ...{ inbound: nothing, statusCallback: nothing },
  });
  await expect(setSenderWebhooks(twilio.settings, urls)).resolves.toBe('set');
  await expect(fetchSender(twilio.settings)).resolves.toMatchObject({
    inbound: { url: urls.inboundUrl, method: 'POST' },
    statusCallback: { url: urls.statusUrl, method: 'POST' },
  });
});

test('a sender that is offline is told with Twilio’s reasons', async () => {
  const reason = { code: '63113', message: 'No funds', more_info: 'https://www.twilio.com/docs/api/errors/63113' };
  twilio.senders.change(twilio.from, { status: 'OFFLINE', offline_reasons: [reason] });
  const sender = await fetchSender(twilio.settings);
  twilio.senders.change(twilio.from, { status: 'ONLINE', offline_reasons: null });
  expect(sender).toMatchObject({ status: 'OFFLINE', offlineReasons: ['63113 No funds'] });
});

test('a number that is none of the account’s senders is told apart from one that Twilio does not tell of', async () => {
  const other = { ...twilio.settings, from: 'whatsapp:+590590000001' };
  await expect(fetchSender(other)).resolves.toBeUndefined();
  await expect(setSenderWebhooks(other, urls)).resolves.toBe('no_sender');
  const wrongToken = { ...twilio.settings, authToken: 'another' };
  await expect(fetchSender(wrongToken)).rejects.toMatchObject({ code: 'twilio_20003' });
  twilio.faults.add({ kind: 'status', status: 503, path: /Senders$/, body: { status: 503, message: 'away' } });
  await expect(fetchSender(twilio.settings)).rejects.toMatchObject({ code: 'twilio_503' });
});

test('a sender on a further page of a large account is found', async () => {
  for (let n = 0; n < 230; n++) twilio.senders.add(`whatsapp:+59059100${1_000 + n}`);
  const last = { ...twilio.settings, from: 'whatsapp:+590591001229' };
  await expect(fetchSender(last)).resolves.toMatchObject({ status: 'ONLINE' });
});
