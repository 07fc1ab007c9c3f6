import { ConfigError } from '../config.ts';
import { submitTemplates } from '../flows/submit-templates.ts';
import { loadPrompts } from '../prompts.ts';
import { createMessenger } from '../vendors/twilio.ts';
import { setSenderWebhooks } from '../vendors/twilio-templates.ts';
import { complain, runCommand, say, withDatabase } from './command.ts';

const USAGE = `npm run twilio:setup
  Creates the Content templates of every message and language, submits them to WhatsApp for approval (repeat to see how far
  they are), and points the sender's webhooks at PUBLIC_URL.`;

await runCommand(USAGE, async (config) => {
  const { twilio, publicUrl } = config;
  if (!twilio) {
    throw new ConfigError([
      'TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_WHATSAPP_FROM are missing: set all three',
    ]);
  }
  if (!twilio.apiBaseUrl && !publicUrl.startsWith('https:')) {
    throw new ConfigError(['PUBLIC_URL must be an https address that Twilio can reach']);
  }
  return withDatabase(config, async ({ db }) => {
    const needs = { db, registry: createMessenger(twilio).templates, templates: loadPrompts().templates, publicUrl };
    await submitTemplates(needs, ({ key, locale, approval }, isNew) =>
      say(`${key.padEnd(16)} ${locale}  ${(isNew ? 'submitted' : 'known').padEnd(9)} ${approval}`),
    );
    const urls = { inboundUrl: `${publicUrl}/whatsapp/inbound`, statusUrl: `${publicUrl}/whatsapp/status` };
    if ((await setSenderWebhooks(twilio, urls)) === 'set') say(`The sender posts to ${urls.inboundUrl}.`);
    else {
      complain(
        `Twilio lists no WhatsApp sender ${twilio.from}: in its console, set the webhook to ${urls.inboundUrl} yourself.`,
      );
    }
    say('WhatsApp approves within minutes to two days; "npm run doctor" tells how far it is.');
    return 0 as const;
  });
});
