import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { AppError } from '../../src/domain/errors.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { checkMailServer, createMailer } from '../../src/vendors/mail.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';

let server: MailServer;
beforeAll(async () => {
  server = await startMailServer();
});
afterEach(() => {
  server.behaves({});
  server.mails.length = 0;
});
afterAll(() => server.close());

const FROM = { name: 'Pneus Caraïbes', address: 'boutique@shop.example' };
const open = (more: object = {}) =>
  createMailer({ smtpUrl: server.url, from: FROM, shop: { name: 'Comptoir' }, timeoutMs: 15_000, ...more });
const mail = { id: 'a-row', to: ['camille@example.org'], subject: 'Reçu', text: 'Merci à vous', html: '<p>Merci</p>' };
const failure = (sending: Promise<unknown>): Promise<AppError> =>
  sending.then(
    () => Promise.reject(new Error('it was sent')),
    (error: AppError) => error,
  );

test('a mail has its sender, its subject, both forms, and a Message-ID made of its id', async () => {
  await expect(open().send(mail)).resolves.toEqual({ refusedAddresses: 0 });
  expect(server.mails).toMatchObject([
    {
      recipients: ['camille@example.org'],
      headers: {
        from: 'Pneus Caraïbes <boutique@shop.example>',
        to: 'camille@example.org',
        subject: 'Reçu',
        'message-id': '<a-row@shop.example>',
        'auto-submitted': 'auto-generated',
      },
      text: expect.stringContaining('Merci à vous'),
      html: expect.stringContaining('<p>Merci</p>'),
    },
  ]);
});

test('a sender without a name is called as the shop', async () => {
  await open({ from: { ...FROM, name: null } }).send(mail);
  expect(server.mails[0]?.headers.from).toBe('Comptoir <boutique@shop.example>');
});

test('line breaks in a subject or a name make no header, and a comma makes no second address', async () => {
  const evil = 'Reçu\r\nBcc: thief@example.org\r\n\r\n<script>';
  await open({ from: { ...FROM, name: evil } }).send({ ...mail, subject: evil });
  const [arrived] = server.mails;
  expect(arrived?.headers).not.toHaveProperty('bcc');
  expect(arrived?.headers.subject).toBe('Reçu Bcc: thief@example.org <script>');
  expect(arrived?.recipients).toEqual(['camille@example.org']);
  const refused = await failure(open().send({ ...mail, to: ['camille@example.org, thief@example.org'] }));
  expect(refused.retryable).toBe(false);
  const broken = await failure(open().send({ ...mail, to: ['camille@example.org>\r\nRCPT TO:<thief@example.org'] }));
  expect(broken.retryable).toBe(false);
  expect(server.mails.flatMap(({ recipients }) => recipients)).not.toContain('thief@example.org');
});

test('of two addresses one may be refused: the other has the mail', async () => {
  server.behaves({ refuse: { code: 550, at: 'rcpt', address: 'gone@example.org' } });
  const sent = await open().send({ ...mail, to: ['gone@example.org', 'camille@example.org'] });
  expect(sent).toEqual({ refusedAddresses: 1 });
  expect(server.mails.map(({ recipients }) => recipients)).toEqual([['camille@example.org']]);
});

test.each([
  [451, 'data', true],
  [450, 'rcpt', true],
  [421, 'connect', true],
  [554, 'data', false],
  [550, 'rcpt', false],
] as const)('an answer of %i at %s: tried again %s; no address in the error', async (code, at, retryable) => {
  server.behaves({ refuse: { code, at } });
  const error = await failure(open().send(mail));
  expect(error).toMatchObject({ code: 'mail_refused', retryable, vendorCode: code });
  expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain('camille');
  expect(server.mails).toEqual([]);
});

test.each(['connect', 'after_data'] as const)('a server that hangs at %s is left after the time set', async (hang) => {
  server.behaves({ hang });
  const startedMs = Date.now();
  const error = await failure(open({ timeoutMs: 300 }).send(mail));
  // Half a minute where nothing is set.
  expect(Date.now() - startedMs).toBeLessThan(10_000);
  expect(error).toMatchObject({ code: 'mail_server_unreachable', retryable: true });
});

test('a server that keeps talking without an answer is left as well', async () => {
  const talks = createServer((socket) => {
    socket.write('220 welcome\r\n');
    const talking = setInterval(() => socket.write('250-and\r\n'), 20);
    socket.on('error', () => {}).on('close', () => clearInterval(talking));
  });
  await new Promise<void>((resolve) => talks.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = talks.address() as AddressInfo;
    const error = await failure(open({ smtpUrl: `smtp://127.0.0.1:${port}`, timeoutMs: 300 }).send(mail));
    expect(error).toMatchObject({ code: 'mail_server_unreachable', retryable: true });
  } finally {
    await new Promise((resolve) => talks.close(resolve));
  }
});

test('a server that is not there, and a refused log-in, can be mended: tried again', async () => {
  const nobody = `smtp://127.0.0.1:${await freePort()}`;
  expect(await failure(open({ smtpUrl: nobody }).send(mail))).toMatchObject({
    code: 'mail_server_unreachable',
    retryable: true,
  });
  const strict = await startMailServer({ login: { user: 'shop', password: 'secret' } });
  try {
    const error = await failure(open({ smtpUrl: strict.url.replace('secret', 'wrong') }).send(mail));
    expect(error).toMatchObject({ code: 'mail_login_refused', retryable: true });
    expect(error.message).not.toMatch(/wrong|secret/);
    await expect(open({ smtpUrl: strict.url }).send(mail)).resolves.toEqual({ refusedAddresses: 0 });
  } finally {
    await strict.close();
  }
});

test('a password does not leave this machine without TLS', async () => {
  // The same server under a name that is not this machine’s own.
  const strict = await startMailServer({ login: { user: 'shop', password: 'secret' } });
  try {
    const smtpUrl = strict.url.replace('127.0.0.1', '[::ffff:127.0.0.1]');
    const error = await failure(open({ smtpUrl }).send(mail));
    expect(error).toMatchObject({ code: 'mail_without_tls', retryable: true });
    expect(strict.mails).toEqual([]);
  } finally {
    await strict.close();
  }
});

test('the doctor is told whether the server answers and takes the log-in, and nothing is sent', async () => {
  await expect(checkMailServer({ smtpUrl: server.url })).resolves.toBeUndefined();
  server.behaves({ refuse: { code: 554, at: 'connect' } });
  expect(await failure(checkMailServer({ smtpUrl: server.url }))).toMatchObject({ code: 'mail_refused' });
  expect(server.mails).toEqual([]);
});
