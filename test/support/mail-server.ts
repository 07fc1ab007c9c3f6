import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

type ReceivedMail = {
  /** Whom the envelope names, as SMTP sees it. */
  recipients: string[];
  /** By lower-case name, unfolded and decoded; a header that came twice throws. */
  headers: Record<string, string>;
  text: string;
  html: string;
  raw: string;
};

/** What the server does with the next mails: `refuse` with a code at a step, hang before or after it has the mail. */
type MailServerManners = {
  refuse?: { code: number; at: 'connect' | 'rcpt' | 'data'; address?: string };
  hang?: 'connect' | 'after_data';
};

/** A mail server of the test's own, over real SMTP: keeps what arrives and behaves as told. Close it in afterAll. */
export async function startMailServer(options: { login?: { user: string; password: string } } = {}) {
  const mails: ReceivedMail[] = [];
  let manners: MailServerManners = {};
  const refusal = (at: string, address?: string): Error | null => {
    const { refuse } = manners;
    if (refuse?.at !== at || (refuse.address !== undefined && refuse.address !== address)) return null;
    // As real servers do, with the address in it.
    return Object.assign(new Error(`no <${address}> here`), { responseCode: refuse.code });
  };
  const server = new SMTPServer({
    authOptional: options.login === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS', ...(options.login ? [] : ['AUTH'])],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 200,
    onAuth({ username, password }, _session, callback) {
      const isKnown = username === options.login?.user && password === options.login?.password;
      callback(isKnown ? null : new Error(`no such login ${username}`), { user: username });
    },
    onConnect(_session, callback) {
      if (manners.hang !== 'connect') callback(refusal('connect'));
    },
    onRcptTo({ address }, _session, callback) {
      callback(refusal('rcpt', address));
    },
    onData(stream, session, callback) {
      void text(stream).then((raw) => {
        const refused = refusal('data', session.envelope.rcptTo[0]?.address);
        if (!refused)
          mails.push(
            readMail(
              raw,
              session.envelope.rcptTo.map(({ address }) => address),
            ),
          );
        if (manners.hang !== 'after_data') callback(refused);
      });
    },
  });
  // A client that is killed, or gives up, resets its connection.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const login = options.login ? `${options.login.user}:${options.login.password}@` : '';
  return {
    url: `smtp://${login}127.0.0.1:${port}`,
    mails,
    behaves(next: MailServerManners) {
      manners = next;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
export type MailServer = Awaited<ReturnType<typeof startMailServer>>;

const decodeQuotedPrintable = (body: string): string =>
  Buffer.from(
    body
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

function decodeBody(body: string, encoding = '7bit'): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  return encoding === 'quoted-printable' ? decodeQuotedPrintable(body) : body;
}

/** RFC 2047 words. */
const decodeHeader = (value: string): string =>
  value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?(.*?)\?=/gi, (_word, how: string, coded: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(coded, 'base64').toString('utf8')
        : decodeQuotedPrintable(coded.replaceAll('_', ' ')),
    );

function split(raw: string): { headers: Record<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    if (name in headers) throw new Error(`the header ${name} came twice`);
    headers[name] = decodeHeader(line.slice(line.indexOf(':') + 1).trim());
  }
  return { headers, body: raw.slice(end + 4) };
}

/** A mail as our mailer writes it: a text, or a text and its HTML twin. */
function readMail(raw: string, recipients: string[]): ReceivedMail {
  const { headers, body } = split(raw);
  const boundary = /boundary="([^"]+)"/.exec(headers['content-type'] ?? '')?.[1];
  const parts = boundary
    ? body
        .split(`--${boundary}`)
        .slice(1, -1)
        .map((part) => split(part.replace(/^\r\n/, '')))
    : [{ headers, body }];
  const partOf = (type: string) => {
    const part = parts.find((each) => each.headers['content-type']?.startsWith(type));
    return part ? decodeBody(part.body, part.headers['content-transfer-encoding']) : '';
  };
  return { recipients, headers, text: partOf('text/plain'), html: partOf('text/html'), raw };
}
