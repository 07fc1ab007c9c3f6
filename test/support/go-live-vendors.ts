import { randomBytes } from 'node:crypto';
import { startSandbox } from '../../src/sandbox/start.ts';
import { goLiveVariables } from './go-live-document.ts';

/** What the reader has been given by the vendors, in the place of what the document shows. */
export async function openVendors(port: number) {
  const shown = goLiveVariables();
  const { PUBLIC_URL: publicUrl = '', TWILIO_WHATSAPP_FROM: from = '' } = shown;
  const account = { accountSid: `AC${'1'.repeat(32)}`, authToken: randomBytes(16).toString('hex') };
  const secretKey = `sk_test_${randomBytes(12).toString('hex')}`;
  const sandbox = await startSandbox({
    publicUrl,
    appUrl: `http://127.0.0.1:${port}`,
    shop: {
      name: shown.SHOP_NAME ?? '',
      number: from.replace('whatsapp:', ''),
      currency: 'EUR',
      locale: 'fr',
      timezone: 'America/Guadeloupe',
    },
    twilio: { ...account, from },
    stripe: { secretKey, webhookSecret: `whsec_${randomBytes(12).toString('hex')}` },
  });
  const variables = {
    ...shown,
    PORT: String(port),
    TWILIO_ACCOUNT_SID: account.accountSid,
    TWILIO_AUTH_TOKEN: account.authToken,
    STRIPE_SECRET_KEY: secretKey,
    OPENAI_API_KEY: 'sk-for-the-rehearsal',
    CRON_SECRET: randomBytes(32).toString('hex'),
    SESSION_SECRET: randomBytes(32).toString('hex'),
    // All that a reader with real vendors does not set.
    TWILIO_API_BASE_URL: sandbox.twilioBaseUrl,
    STRIPE_API_BASE_URL: sandbox.stripeBaseUrl,
    OPENAI_BASE_URL: sandbox.openaiBaseUrl,
  };
  return { sandbox, publicUrl, variables };
}
