import type { Config, TwilioConfig } from '../config.ts';
import { fetchSender, type Sender } from '../vendors/twilio-sender.ts';
import { fetchTwilioAccount } from '../vendors/twilio-templates.ts';
import { examine, type Finding, isReached, simulated, unreachedStep } from './doctor-finding.ts';
import { isSandboxNumber, noSenderStep, sandboxStep, webhooksOf } from './whatsapp-sender.ts';

const SENDERS_PAGE = "Twilio's console, Messaging > Senders > WhatsApp senders";

// While Twilio carries a change out (ONLINE:UPDATING) messages come and go as before.
const isOnline = ({ status }: Sender): boolean => status === 'ONLINE' || status === 'ONLINE:UPDATING';

function statusSteps(sender: Sender): string[] {
  if (isOnline(sender)) return [];
  const why = sender.offlineReasons.length > 0 ? ` (${sender.offlineReasons.join('; ')})` : '';
  return [`the WhatsApp sender is ${sender.status}${why}: see ${SENDERS_PAGE}, what it waits for`];
}

/** Exactly the shop's address, by POST: it takes nothing else, and checks Twilio's signature over that address. */
function webhookStep(posted: string, { url, method }: Sender['inbound'], wanted: string): string[] {
  if (url === wanted && (method ?? 'POST') === 'POST') return [];
  const now = url ? `to ${url} by ${method ?? 'POST'}` : 'nowhere';
  return [`Twilio posts ${posted} ${now}, not to ${wanted} by POST: npm run twilio:setup`];
}

export function webhookSteps(sender: Sender, twilio: Pick<TwilioConfig, 'apiBaseUrl'>, publicUrl: string): string[] {
  if (!isReached(twilio, publicUrl)) return [unreachedStep('Twilio', publicUrl)];
  const { inboundUrl, statusUrl } = webhooksOf(publicUrl);
  return [
    ...webhookStep('what customers write', sender.inbound, inboundUrl),
    ...webhookStep('how far messages got', sender.statusCallback, statusUrl),
  ];
}

/** FAILED without a sender that is online: nothing comes or leaves. Webhooks that lead elsewhere are a command's to mend. */
async function lookAtSender(twilio: TwilioConfig, publicUrl: string): Promise<Omit<Finding, 'what'>> {
  const { from } = twilio;
  const sender = await fetchSender(twilio);
  if (!sender && isSandboxNumber(from)) {
    const step = isReached(twilio, publicUrl) ? sandboxStep(webhooksOf(publicUrl)) : unreachedStep('Twilio', publicUrl);
    return { state: 'warning', detail: `${from} is Twilio's sandbox, for trying only`, steps: [step] };
  }
  if (!sender) return { state: 'FAILED', detail: `the account has none of ${from}`, steps: [noSenderStep(from)] };
  const steps = [...statusSteps(sender), ...webhookSteps(sender, twilio, publicUrl)];
  const detail = `${from} is ${sender.status}, its messages are posted to ${sender.inbound.url || 'nowhere'}`;
  if (!isOnline(sender)) return { state: 'FAILED', detail, steps };
  return { state: steps.length > 0 ? 'warning' : 'ok', detail, steps };
}

/** Whether Twilio takes the token, and whether the WhatsApp sender is there, is online and posts to the shop. */
export function examineTwilio({ twilio, publicUrl }: Pick<Config, 'twilio' | 'publicUrl'>): Promise<Finding>[] {
  if (!twilio) {
    return [simulated('Twilio', 'TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_WHATSAPP_FROM are not set')];
  }
  const sms = twilio.smsFrom ? `SMS from ${twilio.smsFrom}` : 'SMS off (TWILIO_SMS_FROM is not set)';
  return [
    examine('Twilio', async () => `account ${await fetchTwilioAccount(twilio)}, ${sms}`),
    examine('Twilio sender', () => lookAtSender(twilio, publicUrl), {
      elsewhere: `see in ${SENDERS_PAGE}, that ${twilio.from} is online and posts to ${webhooksOf(publicUrl).inboundUrl}`,
    }),
  ];
}
