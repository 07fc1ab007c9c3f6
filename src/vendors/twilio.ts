import { AppError } from '../domain/errors.ts';
import { asPlainText } from '../domain/outbound-message.ts';
import type { Log, Messenger, OutgoingMessage, SentForm, TemplateRegistry } from '../ports.ts';
import { callTwilio, openTwilio, type TwilioSettings, toTwilioError } from './twilio-client.ts';
import { createContentCache, INTERACTIVE_BODY_CHARS } from './twilio-interactive.ts';
import { createTemplateRegistry } from './twilio-templates.ts';

type SessionMessage = Extract<OutgoingMessage, { form: 'session' }>;
type MessageParams = { body?: string; mediaUrl?: string[]; contentSid?: string; contentVariables?: string };

// Content refused at sending: the resource is gone (21655), its variables or its form are not accepted.
const CONTENT_REFUSED = new Set<unknown>([21654, 21655, 21656, 63013, 63021, 63028]);
const NOT_FOUND = 20404;
const TYPING_TIMEOUT_MS = 5_000;
// Between our clock and Twilio's. What else was sent in that time is known by its own SID.
const CLOCK_SKEW_MS = 60_000;
const LOOK_UP_PAGE = 50;

/** Twilio cannot call back to a machine of the developer's own, and refuses messages that ask it to (21609). */
const isReachable = (url: string): boolean => !/^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(new URL(url).hostname);

/** The messenger on Twilio's WhatsApp API, and the registry of its templates. */
export function createMessenger(
  settings: TwilioSettings,
  log?: Pick<Log, 'warn'>,
): Messenger & { templates: TemplateRegistry } {
  const client = openTwilio(settings);
  const contents = createContentCache(client);
  const sender = settings.messagingServiceSid
    ? { messagingServiceSid: settings.messagingServiceSid }
    : { from: settings.from };

  function smsSender() {
    if (settings.smsFrom) return { from: settings.smsFrom };
    throw new AppError('sms_off', 'set TWILIO_SMS_FROM to send SMS');
  }

  const reported = new Set<string>();

  /** Once per reason: without the Content API every message with choices would say it again. */
  function reportNoButtons(error: unknown): void {
    const { code, message } = toTwilioError(error);
    if (reported.has(code)) return;
    reported.add(code);
    log?.warn({ code }, `choices leave in words instead of buttons, the Content API did not take them: ${message}`);
  }

  async function create(message: OutgoingMessage, params: MessageParams, sentAs: SentForm) {
    // Outside the call: what it throws is ours, not Twilio's.
    const leavesFrom = message.form === 'sms' ? smsSender() : sender;
    const callsBack = settings.apiBaseUrl !== undefined || isReachable(message.statusCallbackUrl);
    const { sid } = await callTwilio(() =>
      client.messages.create({
        to: message.to,
        ...leavesFrom,
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
    } catch (error) {
      reportNoButtons(error);
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

  /** As Twilio's list of messages shows them: a template in its final words. */
  async function bodiesOf(message: OutgoingMessage): Promise<string[]> {
    if (message.form === 'sms') return [message.body];
    if (message.form === 'session') return [message.body, asPlainText(message)];
    const content = await callTwilio(() => client.content.v1.contents(message.contentSid).fetch()).catch(
      (error: AppError) => {
        if (error.vendorCode === NOT_FOUND) return { types: {} };
        throw error;
      },
    );
    return Object.values((content.types ?? {}) as Record<string, { body?: string }>).map(({ body = '' }) =>
      body.replace(/\{\{(\w+)\}\}/g, (placeholder, name) => message.variables[name] ?? placeholder),
    );
  }

  /**
   * Twilio lists the newest first. By creation, not by DateSent: what still waits there has no sending date and would be sent
   * twice. However many there are: what is looked up may have waited for the morning while the chat went on.
   */
  async function madeSince(to: string, since: Date) {
    const made = [];
    type Page = Pick<Awaited<ReturnType<typeof client.messages.page>>, 'instances' | 'nextPage'>;
    let page: Page = await callTwilio(() => client.messages.page({ to, pageSize: LOOK_UP_PAGE }));
    for (;;) {
      made.push(...page.instances.filter(({ dateCreated }) => dateCreated >= since));
      const last = page.instances.at(-1);
      const next = last && last.dateCreated >= since ? await callTwilio(async () => page.nextPage()) : undefined;
      if (!next) return made;
      page = next;
    }
  }

  return {
    async send(message) {
      if (message.form === 'template') {
        const contentVariables = JSON.stringify(message.variables);
        return create(message, { contentSid: message.contentSid, contentVariables }, 'template');
      }
      if (message.form === 'sms') return create(message, { body: message.body }, 'sms');
      const hasChoices = message.buttons !== undefined || message.list !== undefined;
      // A picture with buttons has no Content type that keeps its caption; long bodies do not fit one either.
      const isInteractive = hasChoices && !message.mediaUrl && message.body.length <= INTERACTIVE_BODY_CHARS;
      return isInteractive ? sendInteractive(message) : sendPlain(message);
    },

    async findSent({ to, forms, since }) {
      const bodies = new Set((await Promise.all(forms.map(bodiesOf))).flat());
      const messages = await madeSince(to, new Date(since.getTime() - CLOCK_SKEW_MS));
      return messages
        .filter(
          ({ direction, body, status }) =>
            direction.startsWith('outbound') && status !== 'failed' && status !== 'undelivered' && bodies.has(body),
        )
        .map(({ sid }) => sid);
    },

    async showTyping(inboundMessageSid) {
      const typing = { channel: 'whatsapp', messageId: inboundMessageSid };
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, TYPING_TIMEOUT_MS).unref());
      // Best effort by contract, and beta at Twilio: no answer depends on it.
      await Promise.race([client.messaging.v2.typingIndicator.create(typing).catch(() => {}), timeout]);
    },

    templates: createTemplateRegistry(client),
  };
}
