import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import QRCode from 'qrcode';
import twilio from 'twilio';
import { createInboundMedia } from '../../src/vendors/twilio-media.ts';
import { ACCOUNT, sandboxWorld } from '../contract/sandbox-world.ts';
import { JPEG } from '../support/media-samples.ts';

let world: Awaited<ReturnType<typeof sandboxWorld>>;

beforeAll(async () => {
  world = await sandboxWorld();
  const png = await QRCode.toBuffer('https://shop.example/pickup/abc');
  world.app.get('/media/qr.png', (_request, response) => void response.type('png').send(png));
  world.app.get('/media/page.png', (_request, response) => void response.type('html').send('<p>'));
  world.app.get('/media/fake.png', (_request, response) => void response.type('png').send('not a picture'));
});
beforeEach(() => {
  world.answers.status = 200;
});
afterAll(() => world.end());

const callback = (): string => `${world.publicUrl}/whatsapp/status`;
/** The forms that the app got at this path, each with its signature. */
const formsAt = (path: string): Form[] =>
  world.received
    .filter((one) => one.path === path)
    .map((one) => ({
      ...Object.fromEntries(new URLSearchParams(one.body)),
      signature: String(one.headers['x-twilio-signature']),
    }));
type Form = { signature: string; [field: string]: string | undefined };

async function customerInSession(text = 'Bonjour') {
  const customer = world.phones.addCustomer({ name: 'Awa' });
  const message = world.twilio.customerWrites(customer.id, text);
  await world.idle();
  return { ...customer, to: `whatsapp:${customer.phone}`, messageSid: message.id };
}

async function send(to: string, message: object) {
  const sent = await world.twilioSdk.messages.create({
    to,
    from: ACCOUNT.from,
    statusCallback: callback(),
    ...message,
  });
  await world.idle();
  const states = formsAt('/whatsapp/status').filter((form) => form.MessageSid === sent.sid);
  return { sid: sent.sid, states: states.map((form) => [form.MessageStatus, form.ErrorCode]) };
}

async function template(types: object, { approved }: { approved: boolean }): Promise<string> {
  type Create = Parameters<typeof world.twilioSdk.content.v1.contents.create>[0];
  const { contents } = world.twilioSdk.content.v1;
  const { sid } = await contents.create({ friendly_name: 't', language: 'fr', types } as unknown as Create);
  if (approved) await contents(sid).approvalCreate.create({ name: 'demo', category: 'UTILITY' });
  return sid;
}

test('what a customer writes reaches the shop signed, with the fields Twilio sends', async () => {
  const { phone, messageSid } = await customerInSession('Ça coûte "combien" & <b> ?');
  const { signature, ...form } = formsAt('/whatsapp/inbound').at(-1) ?? { signature: '' };
  expect(twilio.validateRequest(ACCOUNT.authToken, signature, `${world.publicUrl}/whatsapp/inbound`, form)).toBe(true);
  expect(form).toMatchObject({
    MessageSid: messageSid,
    SmsMessageSid: messageSid,
    AccountSid: ACCOUNT.accountSid,
    From: `whatsapp:${phone}`,
    To: ACCOUNT.from,
    WaId: phone.slice(1),
    Body: 'Ça coûte "combien" & <b> ?',
    ProfileName: 'Awa',
    MessageType: 'text',
    NumMedia: '0',
    SmsStatus: 'received',
    ApiVersion: '2010-04-01',
  });
  expect(world.phones.message(messageSid)?.status).toBe('delivered');
});

test('a message the app does not take is tried again, and fails visibly in the end', async () => {
  world.answers.status = 500;
  const before = formsAt('/whatsapp/inbound').length;
  const { messageSid } = await customerInSession();
  expect(formsAt('/whatsapp/inbound')).toHaveLength(before + 3);
  expect(world.phones.message(messageSid)?.status).toBe('failed');
});

test('an answer goes through queued, sent, delivered and read, each told by a signed callback', async () => {
  const { id, to } = await customerInSession();
  const { sid } = await send(to, { body: 'Que cherchez-vous ?' });
  world.phones.open(id);
  await world.idle();
  const callbacks = formsAt('/whatsapp/status').filter((form) => form.MessageSid === sid);
  expect(callbacks.map((form) => form.MessageStatus)).toEqual(['queued', 'sent', 'delivered', 'read']);
  for (const { signature, ...form } of callbacks) {
    expect(twilio.validateRequest(ACCOUNT.authToken, signature, callback(), form)).toBe(true);
  }
});

test('outside the 24-hour window free text fails with 63016 while an approved template arrives', async () => {
  const { id, to } = await customerInSession();
  const types = { 'twilio/text': { body: 'Votre commande {{1}} a expiré.' } };
  const approved = await template(types, { approved: true });
  const unapproved = await template(types, { approved: false });
  await world.clock.advance(24 * 60 + 1);
  const variables = { contentVariables: '{"1":"C-1"}' };
  expect((await send(to, { body: 'Toujours là ?' })).states.at(-1)).toEqual(['failed', '63016']);
  expect((await send(to, { contentSid: unapproved, ...variables })).states.at(-1)).toEqual(['failed', '63016']);
  expect((await send(to, { contentSid: approved, ...variables })).states.at(-1)).toEqual(['delivered', undefined]);
  expect(world.phones.messages(id).at(-1)).toMatchObject({ body: 'Votre commande C-1 a expiré.', isTemplate: true });
});

test('a number that has no phone is told as an invalid recipient', async () => {
  expect((await send('whatsapp:+33639989999999', { body: 'Allô ?' })).states.at(-1)).toEqual(['undelivered', '63024']);
});

test('a picture is fetched, kept and shown, with what its QR code opens', async () => {
  const { id, to } = await customerInSession();
  const { sid } = await send(to, { body: 'Votre QR', mediaUrl: [`${world.publicUrl}/media/qr.png`] });
  const shown = world.phones.messages(id).at(-1);
  expect(shown).toMatchObject({ kind: 'media', mediaType: 'image/png', mediaUrl: `/sandbox/media/${sid}` });
  expect(shown?.mediaLink).toBe('https://shop.example/pickup/abc');
  const response = await fetch(`${world.publicUrl}${shown?.mediaUrl}`);
  expect(response.headers.get('content-type')).toBe('image/png');
});

test.each(['missing.png', 'page.png', 'fake.png'])('a picture that is not one (%s) fails with 63019', async (file) => {
  const { to } = await customerInSession();
  const { states } = await send(to, { body: 'QR', mediaUrl: [`${world.publicUrl}/media/${file}`] });
  expect(states.at(-1)).toEqual(['undelivered', '63019']);
});

test.each([
  [true, 'button'],
  [false, 'interactive'],
])('a tapped button (template: %s) arrives as %s with its payload and what it answers', async (approved, type) => {
  const { id, to } = await customerInSession();
  const actions = [{ type: 'QUICK_REPLY', title: 'Confirmer', id: 'confirm:1' }];
  const contentSid = await template({ 'twilio/quick-reply': { body: 'On confirme ?', actions } }, { approved });
  const { sid } = await send(to, { contentSid });
  expect(world.twilio.customerTaps(id, sid, 'unknown')).toBeNull();
  world.twilio.customerTaps(id, sid, 'confirm:1');
  await world.idle();
  expect(formsAt('/whatsapp/inbound').at(-1)).toMatchObject({
    MessageType: type,
    Body: 'Confirmer',
    ButtonText: 'Confirmer',
    ButtonPayload: 'confirm:1',
    OriginalRepliedMessageSid: sid,
  });
  expect(world.phones.message(sid)?.answeredId).toBe('confirm:1');
});

test('a chosen list item arrives with its id and title', async () => {
  const { id, to } = await customerInSession();
  const items = [{ id: 'p1', item: 'Michelin', description: '89 €' }];
  const types = { 'twilio/list-picker': { body: 'Voici', button: 'Choisir', items } };
  const { sid } = await send(to, { contentSid: await template(types, { approved: false }) });
  expect(world.phones.message(sid)?.list?.items).toEqual([{ id: 'p1', title: 'Michelin', description: '89 €' }]);
  world.twilio.customerTaps(id, sid, 'p1');
  await world.idle();
  expect(formsAt('/whatsapp/inbound').at(-1)).toMatchObject({
    MessageType: 'interactive',
    ListId: 'p1',
    ListTitle: 'Michelin',
  });
});

test.each([
  ['a body over 1,600 characters', { body: 'x'.repeat(1601) }, 21617],
  ['neither body nor media', { body: ' ' }, 21619],
  ['an unknown template', { contentSid: `HX${'0'.repeat(32)}` }, 21655],
  ['variables without a template', { body: 'x', contentVariables: '{"1":"a"}' }, 21654],
  ['another sender', { body: 'x', from: 'whatsapp:+15550000000' }, 63007],
  ['a number that is none', { body: 'x', to: 'whatsapp:abc' }, 21211],
])('%s is refused as Twilio refuses it', async (_what, message, code) => {
  const { to } = await customerInSession();
  await expect(send(to, message)).rejects.toMatchObject({ status: 400, code });
});

test.each(['{"1":""}', '{"1":"a\\nb"}', '{"1":"a     b"}', 'not json', '{"1":null}'])(
  'template variables %s are refused with 21656',
  async (contentVariables) => {
    const { to } = await customerInSession();
    const contentSid = await template({ 'twilio/text': { body: 'Bonjour {{1}}' } }, { approved: true });
    await expect(send(to, { contentSid, contentVariables })).rejects.toMatchObject({ status: 400, code: 21656 });
  },
);

test('a button title over 20 characters and a list of eleven items are refused when the template is made', async () => {
  const actions = [{ type: 'QUICK_REPLY', title: 'x'.repeat(21), id: 'a' }];
  const long = template({ 'twilio/quick-reply': { body: 'b', actions } }, { approved: false });
  await expect(long).rejects.toMatchObject({ status: 400 });
  const items = Array.from({ length: 11 }, (_, index) => ({ id: String(index), item: 'x' }));
  const many = template({ 'twilio/list-picker': { body: 'b', button: 'c', items } }, { approved: false });
  await expect(many).rejects.toMatchObject({ status: 400 });
});

test('a wrong token is refused', async () => {
  const stranger = await fetch(`${world.twilioBaseUrl}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`);
  expect([stranger.status, await stranger.json()]).toEqual([401, expect.objectContaining({ code: 20003 })]);
});

test("a customer's file is behind the account's credentials, then where only the signature leads", async () => {
  const customer = world.phones.addCustomer({ name: 'Awa' });
  const sent = world.twilio.customerSendsFile(customer.id, { type: 'image/jpeg', bytes: JPEG, caption: 'celui-ci ?' });
  await world.idle();
  const form = formsAt('/whatsapp/inbound').at(-1);
  expect(form).toMatchObject({
    ...{
      MessageSid: sent.id,
      NumMedia: '1',
      MediaContentType0: 'image/jpeg',
      MessageType: 'image',
      Body: 'celui-ci ?',
    },
  });
  expect(sent.id).toMatch(/^MM/);
  const { pathname } = new URL(form?.MediaUrl0 ?? '');
  const refused = await fetch(world.twilioBaseUrl + pathname, { redirect: 'manual' });
  expect(refused.status).toBe(401);
  const unsigned = await fetch(`${world.twilioBaseUrl}/twiliocdn/${pathname.split('/').at(-1)}`);
  expect(unsigned.status).toBe(403);
  const media = createInboundMedia({ ...ACCOUNT, apiBaseUrl: world.twilioBaseUrl });
  await expect(media.fetch(form?.MediaUrl0 ?? '', 'picture')).resolves.toEqual({
    contentType: 'image/jpeg',
    bytes: JPEG,
  });
  const shown = await fetch(`${world.publicUrl}${sent.mediaUrl}`);
  expect(shown.headers.get('content-type')).toBe('image/jpeg');
});

test('a location and a reply carry the fields Twilio sends with them', async () => {
  const { id, to } = await customerInSession();
  world.twilio.customerSharesLocation(id, { latitude: 16.2411, longitude: -61.5331 });
  await world.idle();
  expect(formsAt('/whatsapp/inbound').at(-1)).toMatchObject({
    ...{ Latitude: '16.2411', Longitude: '-61.5331', MessageType: 'location', Body: '', NumMedia: '0' },
  });
  const { sid } = await send(to, { body: 'Celui-ci ?' });
  world.twilio.customerWrites(id, 'oui', sid);
  await world.idle();
  expect(formsAt('/whatsapp/inbound').at(-1)).toMatchObject({
    ...{ Body: 'oui', OriginalRepliedMessageSid: sid, OriginalRepliedMessageSender: ACCOUNT.from },
  });
});

test("the page's API takes files and locations, and runs nothing that was sent", async () => {
  const { id } = world.phones.addCustomer({ name: 'Awa' });
  const api = `${world.publicUrl}/sandbox/api/customers/${id}`;
  const post = (path: string, type: string, body: BodyInit) =>
    fetch(api + path, { method: 'POST', headers: { 'content-type': type }, body });
  const page = await post('/files?caption=x', 'text/html', '<script>');
  expect(page.status).toBe(202);
  const shown = await fetch(`${world.publicUrl}${((await page.json()) as { mediaUrl: string }).mediaUrl}`);
  expect(shown.headers.get('content-disposition')).toBe('attachment');
  expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await post('/files', 'image/png', '')).status).toBe(400);
  const place = JSON.stringify({ location: { latitude: 91, longitude: 0 } });
  expect((await post('/messages', 'application/json', place)).status).toBe(400);
  expect((await post('/messages', 'application/json', place.replace('91', '16'))).status).toBe(202);
  await world.idle();
});
