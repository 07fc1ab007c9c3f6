import { startSandbox } from '../../src/sandbox/start.ts';

const ACCOUNT = { accountSid: `AC${'3'.repeat(32)}`, authToken: 'token', from: 'whatsapp:+590590000000' };

/** Twilio's stand-in over real HTTP, what an adapter is opened with, and what a command finds in its environment. Close it in afterAll. */
export async function startTwilio() {
  const sandbox = await startSandbox({
    publicUrl: 'http://127.0.0.1:9',
    shop: { name: 'Test', number: '+590590000000', currency: 'EUR', locale: 'fr', timezone: 'UTC' },
    twilio: ACCOUNT,
    stripe: { secretKey: 'sk_test_x', webhookSecret: 'whsec_x' },
  });
  return {
    from: ACCOUNT.from,
    /** The account's senders, and the calls that are to go wrong. */
    ...{ senders: sandbox.twilio.senders, faults: sandbox.twilio.faults },
    settings: {
      ...{ ...ACCOUNT, apiBaseUrl: sandbox.twilioBaseUrl },
      ...{ messagingServiceSid: undefined, smsFrom: undefined, messagesPerSecond: 80 },
    },
    env: {
      TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
      TWILIO_WHATSAPP_FROM: ACCOUNT.from,
      TWILIO_API_BASE_URL: sandbox.twilioBaseUrl,
    },
    close: () => sandbox.stop(),
  };
}
