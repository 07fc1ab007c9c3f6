import twilio from 'twilio';
import { AppError } from '../domain/errors.ts';
import { asPlainText, CHOICES } from '../domain/outbound-message.ts';
import type { Messenger, MessengerWebhook, OutgoingMessage, SentForm, TemplateRegistry } from '../ports.ts';
import { callTwilio, openTwilio, type TwilioSettings } from './twilio-client.ts';
import { createContentCache, INTERACTIVE_BODY_CHARS } from './twilio-interactive.ts';
import { createTemplateRegistry } from './twilio-templates.ts';

type SessionMessage = Extract<OutgoingMessage, { form: 'session' }>;
type MessageParams = { body?: string; mediaUrl?: string[]; contentSid?: string; contentVariables?: string };

// Content refused at sending: the resource is gone (21655), its variables or its form are not accepted.
const CONTENT_REFUSED = new Set<unknown>([21654, 21655, 21656, 63013, 63021, 63028]);
const TYPING_TIMEOUT_MS = 5_000;

/** Twilio cannot call back to a machine of the developer's own, and refuses messages that ask it to (21609). */
const isReachable = (url: string): boolean => !/^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(new URL(url).hostname);

/** The messenger on Twilio's WhatsApp API, its webhook's signature check, and the registry of its templates. */
export function createMessenger(
  settings: TwilioSettings,
): Messenger & { webhook: MessengerWebhook; templates: TemplateRegistry } {
  const client = openTwilio(settings);
  const contents = createContentCache(client);
  const sender = settings.messagingServiceSid
    ? { messagingServiceSid: settings.messagingServiceSid }
    : { from: settings.from };

  async function create(message: OutgoingMessage, params: MessageParams, sentAs: SentForm) {
    const callsBack = settings.apiBaseUrl !== undefined || isReachable(message.statusCallbackUrl);
    const { sid } = await callTwilio(() =>
      client.messages.create({
        to: message.to,
        ...sender,
        ...params,
        ...(callsBack && { statusCallback: message.statusCallbackUrl }),
      }),
    );
    return { sid, sentAs };
  }

  function sendPlain(message: SessionMessage) {
    const body = asPlainText(message);
    return message.mediaUrl
      ? create(message, { body, mediaUrl: [message.mediaUrl] }, 'media')
      : create(message, { body }, 'text');
  }

  /** Buttons or a list where the Content API lets us; else the same choices in words, which is always possible. */
  async function sendInteractive(message: SessionMessage) {
    let contentSid: string;
    try {
      contentSid = await contents.sidOf(message);
    } catch {
      return sendPlain(message); // refused or unreachable: if it is the network, sending says so itself
    }
    try {
      return await create(message, { contentSid }, 'interactive');
    } catch (error) {
      if (!(error instanceof AppError) || !CONTENT_REFUSED.has(error.vendorCode)) throw error;
      contents.forget(message);
      return sendPlain(message);
    }
  }

  return {
    async send(message) {
      if (message.form === 'template') {
        const contentVariables = JSON.stringify(message.variables);
        return create(message, { contentSid: message.contentSid, contentVariables }, 'template');
      }
      const hasChoices = message.buttons !== undefined || message.list !== undefined;
      // A picture with buttons has no Content type that keeps its caption; long bodies do not fit one either.
      const isInteractive = hasChoices && !message.mediaUrl && message.body.length <= INTERACTIVE_BODY_CHARS;
      return isInteractive ? sendInteractive(message) : sendPlain(message);
    },

    async findSent({ to, body, since }) {
      // By creation, not by DateSent: what still waits at Twilio has no sending date and would be sent twice.
      const messages = await callTwilio(() => client.messages.list({ to, limit: 20 }));
      const found = messages.find(
        (message) =>
          message.direction.startsWith('outbound') &&
          message.dateCreated.getTime() >= since.getTime() - 1000 &&
          (message.body === body || message.body?.startsWith(`${body}${CHOICES}`)),
      );
      return found?.sid;
    },

    async showTyping(inboundMessageSid) {
      const typing = { channel: 'whatsapp', messageId: inboundMessageSid };
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, TYPING_TIMEOUT_MS).unref());
      // Best effort by contract, and beta at Twilio: no answer depends on it.
      await Promise.race([client.messaging.v2.typingIndicator.create(typing).catch(() => {}), timeout]);
    },

    webhook: {
      isGenuine: ({ signature, url, fields }) =>
        signature !== '' && twilio.validateRequest(settings.authToken, signature, url, fields),
    },
    templates: createTemplateRegistry(client),
  };
}
