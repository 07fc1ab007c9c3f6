import type { OutgoingMessage } from '../../src/ports.ts';
import type { Recorded, RecordingServer } from './recording-server.ts';

export const accountSid = `AC${'0'.repeat(32)}`;
export const authToken = 'an-auth-token';
export const to = 'whatsapp:+590690000001';
export const from = 'whatsapp:+14155238886';

/** Our account at this server in Twilio's place. */
export const settingsAt = (server: RecordingServer, more: object = {}) => ({
  accountSid,
  authToken,
  from,
  apiBaseUrl: server.url,
  messagingServiceSid: undefined,
  ...more,
});

export const message = (more: object): OutgoingMessage => ({
  to,
  statusCallbackUrl: 'https://shop.example/whatsapp/status?message=1',
  form: 'session',
  locale: 'es',
  body: 'Bonjour',
  ...more,
});

/** Takes every Content resource and every message. */
export function answerAll(request: Recorded) {
  if (request.path.startsWith('/v1/Content'))
    return { status: 201, json: { sid: `HX${'1'.repeat(32)}`, status: 'received' } };
  return { status: 201, json: { sid: 'SM1', status: 'queued' } };
}
