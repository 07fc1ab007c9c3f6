import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AppError } from '../../src/domain/errors.ts';
import { createTeamChat } from '../../src/vendors/slack.ts';
import { closedAddress, type RecordingServer, startRecordingServer } from '../support/recording-server.ts';

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer(() => ({}));
});
afterAll(() => server.close());

const SECRET = 'T000/B000/the-secret-part';
const open = (base = server.url, timeoutMs?: number) =>
  createTeamChat({ webhookUrl: `${base}/services/${SECRET}`, timeoutMs });
const notice = { title: 'Litige à traiter', text: 'Répondez <@everyone> & vite' };
async function failure(base?: string, timeoutMs?: number): Promise<AppError> {
  const error = await open(base, timeoutMs)
    .post(notice)
    .then(
      () => Promise.reject(new Error('it was posted')),
      (thrown: AppError) => thrown,
    );
  expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain('the-secret-part');
  return error;
}

test('a notice is posted as Slack’s JSON; what would be its markup is escaped', async () => {
  await open().post(notice);
  const { method, path, headers, body } = server.last('/services/');
  expect({ method, path, type: headers['content-type'] }).toEqual({
    method: 'POST',
    path: `/services/${SECRET}`,
    type: 'application/json',
  });
  expect(JSON.parse(body)).toEqual({ text: '*Litige à traiter*\nRépondez &lt;@everyone&gt; &amp; vite' });
});

test('a rate limit says how long to wait, and not longer than an hour', async () => {
  server.answers(() => ({ status: 429, headers: { 'retry-after': '30' } }));
  expect(await failure()).toMatchObject({ code: 'slack_rate_limited', retryable: true, retryAfterSeconds: 30 });
  server.answers(() => ({ status: 429, headers: { 'retry-after': '999999' } }));
  expect(await failure()).toMatchObject({ retryAfterSeconds: 3600 });
  server.answers(() => ({ status: 429 }));
  expect(await failure()).toMatchObject({ retryable: true, retryAfterSeconds: 1 });
});

test('what Slack refuses is refused for good, with its word for it; a redirect is not followed', async () => {
  server.answers(() => ({ status: 404, text: 'no_service' }));
  expect(await failure()).toMatchObject({
    code: 'slack_refused',
    retryable: false,
    message: expect.stringContaining('404 (no_service)'),
  });
  server.answers(() => ({ status: 400, text: 'Litige à traiter' }));
  expect((await failure()).message).not.toContain('Litige');
  server.answers(() => ({ status: 307, headers: { location: `${server.url}/elsewhere` } }));
  expect(await failure()).toMatchObject({ code: 'slack_refused' });
  expect(server.requests).toHaveLength(1);
});

test('an outage passes: 5xx, a server that hangs, cuts the line or is not there', async () => {
  server.answers(() => ({ status: 503 }));
  expect(await failure()).toMatchObject({ code: 'slack_unavailable', retryable: true });
  server.answers(() => ({ hang: true }));
  expect(await failure(server.url, 300)).toMatchObject({ code: 'slack_no_answer', retryable: true });
  server.answers(() => ({ cut: true }));
  expect(await failure()).toMatchObject({ code: 'slack_no_answer', retryable: true });
  expect(await failure(await closedAddress())).toMatchObject({ code: 'slack_no_answer', retryable: true });
});
