import { ConfigError, type TwilioConfig } from '../config.ts';
import { submitTemplates } from '../flows/submit-templates.ts';
import { loadPrompts } from '../prompts.ts';
import { createMessenger } from '../vendors/twilio.ts';
import { type SenderWebhooks, setSenderWebhooks } from '../vendors/twilio-sender.ts';
import { complain, type ExitCode, runCommand, say, withDatabase } from './command.ts';
import { isSandboxNumber, noSenderStep, sandboxStep, webhooksOf } from './whatsapp-sender.ts';

const USAGE = `npm run twilio:setup
  Creates the Content templates of every message and language, submits them to WhatsApp for approval (repeat to see how far
  they are), and points the sender's webhooks at PUBLIC_URL.`;

/** A shop that Twilio does not post to receives nothing: no success, but for the sandbox, where the rest is the reader's to do. */
async function pointSender(twilio: TwilioConfig, urls: SenderWebhooks): Promise<ExitCode> {
  if ((await setSenderWebhooks(twilio, urls)) === 'set') {
    say(`The sender posts to ${urls.inboundUrl}.`);
    return 0;
  }
  if (isSandboxNumber(twilio.from)) {
    say(`\nLeft to do:\n  - ${sandboxStep(urls)}`);
    return 0;
  }
  complain(noSenderStep(twilio.from));
  return 1;
}

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
    say('WhatsApp approves within minutes to two days; "npm run doctor" tells how far it is.');
    return pointSender(twilio, webhooksOf(publicUrl));
  });
});
