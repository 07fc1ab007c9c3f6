import { randomUUID } from 'node:crypto';
import twilio from 'twilio';
import { compose } from '../../src/compose.ts';
import { loadConfig, requireForRoles } from '../../src/config.ts';
import { sortInbox } from '../../src/db/inbox.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import type { Log } from '../../src/ports.ts';
import { listen } from '../../src/roles.ts';
import { silentLog } from './silent-log.ts';
import type { TestDatabase } from './test-database.ts';

const TWILIO_TOKEN = 'a twilio token for tests';
// Closed: whoever calls a vendor in these tests is told so.
const NOWHERE = 'http://127.0.0.1:9';

/** The web as one of several processes on a database would be, in this process: put together by compose.ts, vendors away. */
export async function openWebProcess(database: TestDatabase, log: Log = silentLog, env: Record<string, string> = {}) {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const config = loadConfig({
    NODE_ENV: 'test',
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    DATABASE_URL: database.url,
    TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: TWILIO_TOKEN,
    TWILIO_WHATSAPP_FROM: 'whatsapp:+590590000000',
    TWILIO_API_BASE_URL: NOWHERE,
    STRIPE_SECRET_KEY: 'sk_test_for_tests',
    STRIPE_WEBHOOK_SECRET: 'whsec_for_tests',
    STRIPE_API_BASE_URL: NOWHERE,
    OPENAI_MODEL: 'none',
    SESSION_SECRET: 'a session secret for tests, long enough',
    ...env,
  });
  const clock = { now: () => new Date() };
  const shop = await compose(requireForRoles(config), { clock, log, cronSecret: 'for tests', burstWindowMs: 0 });
  const web = await listen(shop.app, port, { host: '127.0.0.1' });

  async function post(path: string, fields: Record<string, string>): Promise<number> {
    const signature = twilio.getExpectedTwilioSignature(TWILIO_TOKEN, publicUrl + path, fields);
    const headers = { 'x-twilio-signature': signature };
    const response = await fetch(publicUrl + path, { method: 'POST', body: new URLSearchParams(fields), headers });
    await response.text();
    return response.status;
  }
  return {
    publicUrl,
    ...{ db: shop.db, clock, accounts: shop.accounts, settings: shop.settings, configured: shop.configured },
    /** A customer's message as Twilio posts it, given to its conversation as a worker would. */
    async customerWrites(from: string, Body: string, more: Record<string, string> = {}) {
      const MessageSid = `SM${randomUUID().replaceAll('-', '')}`;
      const status = await post('/whatsapp/inbound', {
        MessageSid,
        From: from,
        ProfileName: 'Ana Test',
        Body,
        ...more,
      });
      await sortInbox(database.db, Buffer.alloc(32));
      return status;
    },
    /** A delivery state as Twilio posts it. */
    twilioReports: (outboundId: string, MessageStatus: string) =>
      post(`/whatsapp/status?message=${outboundId}`, { MessageSid: `SM${outboundId}`, MessageStatus }),
    async close() {
      await web.close();
      await shop.close();
    },
  };
}
export type WebProcess = Awaited<ReturnType<typeof openWebProcess>>;
