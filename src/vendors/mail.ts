import { createTransport } from 'nodemailer';
import { AppError } from '../domain/errors.ts';
import type { Mailer } from '../ports.ts';

export type MailSettings = {
  smtpUrl: string;
  from: { name: string | null; address: string };
  /** What the sender is called when MAIL_FROM names nobody. */
  shop: { readonly name: string };
  /** For one mail from the look-up of the server's address to its last answer; 30 s unless told. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 30_000;

function openTransport({ smtpUrl, timeoutMs = TIMEOUT_MS }: Pick<MailSettings, 'smtpUrl' | 'timeoutMs'>) {
  const url = new URL(smtpUrl);
  // The SDK lets the query say anything, its own log included, which would hold addresses and texts.
  for (const name of ['logger', 'debug', 'transactionLog']) url.searchParams.delete(name);
  const { password, hostname } = url;
  const isThisMachine = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return createTransport({
    // A password must not cross a network in the open because somebody on the way took STARTTLS out of the greeting; a
    // server of one's own without it takes ?requireTLS=false.
    requireTLS: password !== '' && !isThisMachine,
    // Each wait by itself; the signal in `send` bounds them all.
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // A server that was given up may keep its end open.
    socketCloseTimeout: 1_000,
    // A text is a text, never the name of a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
    url: url.toString(),
  });
}

type SmtpError = { code?: string; responseCode?: number; permanent?: boolean; command?: string };
const LOGIN_REFUSED = { code: 'mail_login_refused', message: 'check SMTP_URL: the mail server refused the log-in' };
// The operator's to mend, whatever the answer's number: the mail can wait for it.
const TO_MEND: Record<string, { code: string; message: string }> = {
  EAUTH: LOGIN_REFUSED,
  ENOAUTH: LOGIN_REFUSED,
  EOAUTH2: LOGIN_REFUSED,
  ETLS: { code: 'mail_without_tls', message: 'check SMTP_URL: no TLS could be agreed with the mail server' },
};
const UNREACHABLE = new Set('ECONNECTION ETIMEDOUT ESOCKET EDNS EPROTOCOL EABORT EPROXY'.split(' '));

/** The server's own words are left out: they quote addresses. https://datatracker.ietf.org/doc/html/rfc5321#section-4.2.1 */
function toMailError(error: unknown): AppError {
  const { code = 'EUNKNOWN', responseCode, permanent, command } = error as SmtpError;
  const answered = responseCode === undefined ? '' : ` with ${responseCode}`;
  const at = /^[A-Z][A-Z ]{1,20}$/.test(command ?? '') ? ` at ${command}` : '';
  const vendorCode = responseCode ?? code;
  const toMend = TO_MEND[code];
  if (toMend) return new AppError(toMend.code, `${toMend.message}${answered}`, { retryable: true, vendorCode });
  if (responseCode === undefined && UNREACHABLE.has(code)) {
    const message = `the mail server did not answer (${code})${at}: check SMTP_URL`;
    return new AppError('mail_server_unreachable', message, { retryable: true, vendorCode });
  }
  const message = `the mail server refused${answered} (${code})${at}`;
  return new AppError('mail_refused', message, { retryable: permanent === false, vendorCode });
}

/** Whatever a name holds, a header stays one line. */
const oneLine = (value: string): string => value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** Mail over SMTP, one connection for each: a shop sends few. */
export function createMailer(settings: MailSettings): Mailer {
  const { from, shop, timeoutMs = TIMEOUT_MS } = settings;
  const transport = openTransport(settings);
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    async send({ id, to, subject, text, html }) {
      try {
        const { rejected } = await transport.sendMail({
          messageId: `<${id}@${domain}>`,
          from: { name: oneLine(from.name ?? shop.name), address: from.address },
          // As objects: a comma in an address must not make two of it.
          to: to.map((address) => ({ name: '', address })),
          subject: oneLine(subject),
          text,
          ...(html !== undefined && { html }),
          // https://datatracker.ietf.org/doc/html/rfc3834: no "I am on holiday" comes back.
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.timeout(timeoutMs),
        });
        return { refusedAddresses: rejected.length };
      } catch (error) {
        throw toMailError(error);
      }
    },
  };
}

/** Logs in and sends nothing; for the doctor. Throws AppError. */
export async function checkMailServer(settings: Pick<MailSettings, 'smtpUrl' | 'timeoutMs'>): Promise<void> {
  const transport = openTransport({ timeoutMs: 10_000, ...settings });
  try {
    await transport.verify();
  } catch (error) {
    throw toMailError(error);
  } finally {
    transport.close();
  }
}
