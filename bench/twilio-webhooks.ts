// Signed inbound messages of two thousand customers in turn: `npm run bench:twilio-webhooks`.
import { createHmac } from 'node:crypto';
import { compareRoutes } from './compare-routes.ts';
import { TWILIO_AUTH_TOKEN } from './shop-under-load.ts';

const CUSTOMERS = 2_000;

/** The fields Twilio posts for a text on WhatsApp. */
const fieldsOf = (run: string, n: number): Record<string, string> => {
  const number = `59069${String(n % CUSTOMERS).padStart(7, '0')}`;
  return {
    SmsMessageSid: `SM${run}${n}`,
    NumMedia: '0',
    ProfileName: 'Camille',
    MessageType: 'text',
    SmsSid: `SM${run}${n}`,
    WaId: number,
    SmsStatus: 'received',
    Body: 'Bonjour, avez-vous des pneus 205/55 R16 pour une Clio ?',
    To: 'whatsapp:+590590000000',
    NumSegments: '1',
    ReferralNumMedia: '0',
    MessageSid: `SM${run}${n}`,
    AccountSid: `AC${'1'.repeat(32)}`,
    From: `whatsapp:+${number}`,
    ApiVersion: '2010-04-01',
  };
};

const result = await compareRoutes({
  path: '/whatsapp/inbound',
  tables: { ours: 'inbound_messages', bare: 'bare_messages' },
  post(url, run, n) {
    const fields = fieldsOf(run, n);
    const signed = Object.keys(fields)
      .sort()
      .reduce((text, name) => text + name + fields[name], url);
    const signature = createHmac('sha1', TWILIO_AUTH_TOKEN).update(signed).digest('base64');
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-twilio-signature': signature,
    };
    return { body: new URLSearchParams(fields).toString(), headers };
  },
});
process.stdout.write(`${result}\n`);
