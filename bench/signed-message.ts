import { createHmac } from 'node:crypto';
import { TWILIO_AUTH_TOKEN } from './shop-under-load.ts';

type Message = { sid: string; number: string; body: string };

/** A text on WhatsApp as Twilio posts it to `url`, signed. */
export function signedMessage(url: string, { sid, number, body }: Message) {
  const fields: Record<string, string> = {
    SmsMessageSid: sid,
    NumMedia: '0',
    ProfileName: 'Camille',
    MessageType: 'text',
    SmsSid: sid,
    WaId: number,
    SmsStatus: 'received',
    Body: body,
    To: 'whatsapp:+590590000000',
    NumSegments: '1',
    ReferralNumMedia: '0',
    MessageSid: sid,
    AccountSid: `AC${'1'.repeat(32)}`,
    From: `whatsapp:+${number}`,
    ApiVersion: '2010-04-01',
  };
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => text + name + fields[name], url);
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-twilio-signature': createHmac('sha1', TWILIO_AUTH_TOKEN).update(signed).digest('base64'),
  };
  return { body: new URLSearchParams(fields).toString(), headers };
}

/** The number of the `n`th customer of a bench. */
export const numberOf = (n: number): string => `59069${String(n).padStart(7, '0')}`;
