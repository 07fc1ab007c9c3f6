import type { SenderWebhooks } from '../vendors/twilio-sender.ts';

/** The routes of `http/routes/whatsapp`, as Twilio is to know them. */
export const webhooksOf = (publicUrl: string): SenderWebhooks => ({
  inboundUrl: `${publicUrl}/whatsapp/inbound`,
  statusUrl: `${publicUrl}/whatsapp/status`,
});

/** Twilio's sandbox: one number for trying, shared by all accounts. Its webhooks are on a page of the console, and no API tells them. */
export const isSandboxNumber = (from: string): boolean => from === 'whatsapp:+14155238886';

export const sandboxStep = ({ inboundUrl, statusUrl }: SenderWebhooks): string =>
  `in Twilio's console, Messaging > Try it out > Send a WhatsApp message > Sandbox settings, enter ${inboundUrl} for "When a message comes in" and ${statusUrl} for "Status callback URL", POST for both: the sandbox's webhooks cannot be set or seen from here`;

export const noSenderStep = (from: string): string =>
  `the Twilio account has no WhatsApp sender ${from}: nothing that customers write reaches the shop. Register the number in Twilio's console, Messaging > Senders > WhatsApp senders, or set TWILIO_WHATSAPP_FROM to one that stands there; then npm run twilio:setup`;
