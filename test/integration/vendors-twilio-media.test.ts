import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createInboundMedia } from '../../src/vendors/twilio-media.ts';
import { firstHop, nextHop } from '../../src/vendors/twilio-media-address.ts';
import { JPEG, mediaPath, oggOf, PNG } from '../support/media-samples.ts';
import { closedAddress, type RecordingServer, startRecordingServer } from '../support/recording-server.ts';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'the-token';
const basic = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
const path = mediaPath(accountSid);
const live = { accountSid, authToken, apiBaseUrl: undefined };

let server: RecordingServer;
let elsewhere: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer(() => ({}));
  elsewhere = await startRecordingServer(() => ({ bytes: JPEG, headers: { 'content-type': 'image/jpeg' } }));
});
afterAll(async () => {
  await server.close();
  await elsewhere.close();
});
beforeEach(() => {
  elsewhere.requests.length = 0;
});

const media = (more: object = {}) =>
  createInboundMedia({ ...live, apiBaseUrl: server.url, timeoutMs: 15_000, retryDelaysMs: [5, 5], ...more });
const serves = (bytes: Buffer, type: string) => server.answers(() => ({ bytes, headers: { 'content-type': type } }));
const fetchPicture = () => media().fetch(`https://api.twilio.com${path}`, 'picture');

test("a picture is fetched with the account's credentials, whichever of Twilio's names its address has", async () => {
  serves(JPEG, 'image/jpeg');
  await expect(fetchPicture()).resolves.toEqual({ contentType: 'image/jpeg', bytes: JPEG });
  expect(server.last('/Media/')).toMatchObject({ path, headers: { authorization: basic } });
  await media().fetch(`${server.url}${path}`, 'picture');
  expect(firstHop(`https://api.twilio.com${path}`, live).url.host).toBe('api.twilio.com');
  expect(firstHop(`https://api.dublin.ie1.twilio.com${path}`, live).headers).toEqual({ authorization: basic });
});

test("a voice note is fetched the same way, and is none when it comes in a picture's clothes", async () => {
  serves(oggOf(2), 'audio/ogg; codecs=opus');
  await expect(media().fetch(server.url + path, 'voice')).resolves.toMatchObject({ contentType: 'audio/ogg' });
  await expect(fetchPicture()).rejects.toMatchObject({ code: 'media_refused' });
});

test.each([
  ['the metadata service', 'http://169.254.169.254/latest/meta-data'],
  ['this machine', `http://localhost:5432${path}`],
  ['this machine in numbers', `http://127.0.0.1${path}`],
  ['another host', `https://evil.example${path}`],
  ["a host that begins like Twilio's", `https://api.twilio.com.evil.example${path}`],
  ["a host that ends like Twilio's", `https://evilapi-twilio.com${path}`],
  ['a user name that looks like Twilio', `https://api.twilio.com@evil.example${path}`],
  ['plain http', `http://api.twilio.com${path}`],
  ['another port', `https://api.twilio.com:8443${path}`],
  ['another resource of ours', `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages.json`],
  ["another account's file", `https://api.twilio.com${mediaPath(`AC${'2'.repeat(32)}`)}`],
  ['a path that climbs out', `https://api.twilio.com${path}/../../../../Keys.json`],
  ['a path in disguise', `https://api.twilio.com${path}%2f..%2f..%2fKeys.json`],
  ['a query', `https://api.twilio.com${path}?x=1`],
  ['a file', 'file:///etc/passwd'],
  ['data', 'data:image/png;base64,iVBORw0KGgo='],
  ['nothing', ''],
])('nothing is asked of %s', async (_what, address) => {
  serves(JPEG, 'image/jpeg');
  await expect(media().fetch(address, 'picture')).rejects.toMatchObject({ code: 'media_refused' });
  expect(() => firstHop(address, live)).toThrow('not taken');
  expect(server.requests).toEqual([]);
});

test("a redirect is followed to Twilio's CDN, without the credentials", async () => {
  const { url, headers } = nextHop(
    'https://mms.twiliocdn.com/AC1/x?Signature=s',
    new URL('https://api.twilio.com'),
    live,
  );
  expect([url.host, headers]).toEqual(['mms.twiliocdn.com', {}]);
  const redirect: Record<string, string> = { location: '/cdn/file?Signature=s' };
  const type: Record<string, string> = { 'content-type': 'image/png' };
  server.answers(({ path: asked }) =>
    asked === path ? { status: 307, headers: redirect } : { bytes: PNG, headers: type },
  );
  await expect(fetchPicture()).resolves.toMatchObject({ contentType: 'image/png' });
  expect(server.requests.map(({ headers: sent }) => sent.authorization)).toEqual([basic, undefined]);
});

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://localhost/x',
  'http://mms.twiliocdn.com/x',
  'https://mms.twiliocdn.com.evil.example/x',
  'https://mms.twiliocdn.com:8443/x',
  'https://a@mms.twiliocdn.com/x',
  'https://twiliocdn.com.evil.example/x',
  'file:///etc/passwd',
])('a redirect to %s is not followed', async (location) => {
  server.answers(() => ({ status: 302, headers: { location } }));
  await expect(fetchPicture()).rejects.toMatchObject({ code: 'media_refused' });
  expect(() => nextHop(location, new URL('https://api.twilio.com'), live)).toThrow('redirected elsewhere');
});

test('a redirect to another server tells it nothing, not even a request', async () => {
  server.answers(() => ({ status: 302, headers: { location: `${elsewhere.url}${path}` } }));
  await expect(fetchPicture()).rejects.toMatchObject({ code: 'media_refused' });
  expect(elsewhere.requests).toEqual([]);
});

test('redirects in a circle and to nowhere come to an end', async () => {
  server.answers(() => ({ status: 302, headers: { location: path } }));
  await expect(fetchPicture()).rejects.toMatchObject({ code: 'media_unavailable' });
  expect(server.requests.length).toBeLessThanOrEqual(4);
  server.answers(() => ({ status: 302 }));
  await expect(fetchPicture()).rejects.toMatchObject({ code: 'media_unavailable' });
});

test.each([
  ['a web page', Buffer.from('<script>'), 'text/html'],
  ['a drawing with scripts', Buffer.from('<svg>'), 'image/svg+xml'],
  ['a page that says it is a picture', Buffer.from('<script>'), 'image/jpeg'],
  ['a picture of another kind than it says', PNG, 'image/jpeg'],
  ['a picture without a type', JPEG, ''],
  ['nothing at all', Buffer.alloc(0), 'image/jpeg'],
])('%s is refused', async (_what, bytes, type) => {
  serves(bytes, type);
  await expect(fetchPicture()).rejects.toMatchObject({ code: 'media_refused' });
});

test('a file that says it is too large is not read, and one that does not say is read no further', async () => {
  const headers = { 'content-type': 'image/jpeg' };
  server.answers(() => ({ bytes: Buffer.concat([JPEG, Buffer.alloc(5 * 1024 * 1024)]), headers }));
  await expect(fetchPicture()).rejects.toMatchObject({ code: 'media_too_large' });
  server.answers(() => ({ endless: true, headers }));
  await expect(fetchPicture()).rejects.toMatchObject({ code: 'media_too_large' });
});

test('a server that hangs, or drips, is left after the time limit', async () => {
  server.answers(() => ({ hang: true }));
  await expect(media({ timeoutMs: 100 }).fetch(server.url + path, 'picture')).rejects.toMatchObject({
    code: 'media_unavailable',
    message: expect.stringContaining('too long'),
  });
  server.answers(() => ({
    status: 200,
    headers: { 'content-type': 'image/jpeg', 'content-length': '99' },
    bytes: JPEG,
  }));
  await expect(media({ timeoutMs: 100 }).fetch(server.url + path, 'picture')).rejects.toMatchObject({
    code: 'media_unavailable',
  });
});

test('a file that is not served yet is asked for again; one that never is, is given up', async () => {
  let asked = 0;
  server.answers(() => {
    asked += 1;
    return asked < 3 ? { status: 404 } : { bytes: JPEG, headers: { 'content-type': 'image/jpeg' } };
  });
  await expect(fetchPicture()).resolves.toMatchObject({ contentType: 'image/jpeg' });
  server.answers(() => ({ status: 404 }));
  await expect(fetchPicture()).rejects.toMatchObject({ code: 'media_unavailable', retryable: true });
  await expect(
    media({ apiBaseUrl: await closedAddress() }).fetch(`https://api.twilio.com${path}`, 'picture'),
  ).rejects.toMatchObject({ code: 'media_unavailable' });
});

test('no failure tells the address, the signature in it, or the credentials', async () => {
  const secret = 'Signature=opens-the-file';
  const answers = [
    { status: 302, headers: { location: `https://evil.example/x?${secret}` } },
    { status: 302, headers: { location: `/cdn?${secret}` } },
    { status: 500 },
    { cut: true as const },
  ];
  for (const answer of answers) {
    server.answers(({ path: asked }) => (asked === path ? answer : { status: 403 }));
    const error = await fetchPicture().catch((thrown: unknown) => thrown);
    const told = JSON.stringify(error, Object.getOwnPropertyNames(error)).replace(/"stack":"[^"]*"/, '');
    expect(told).not.toMatch(/Signature|evil|ME[0-9a-f]{32}|the-token|Basic/);
  }
});
