import twilio from 'twilio';
import type { Deliveries, DeliveryOutcome, WebhookRequest } from '../deliveries.ts';
import type { TwilioMessage } from './messages.ts';

/** Posts to the app as Twilio does: form fields, signed with the account's token over the public URL. */
export class Callbacks {
  readonly #deliveries: Deliveries;
  readonly #authToken: string;
  readonly #accountSid: string;
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(deliveries: Deliveries, account: { accountSid: string; authToken: string }) {
    this.#deliveries = deliveries;
    this.#authToken = account.authToken;
    this.#accountSid = account.accountSid;
  }

  /** A customer's message for the shop's webhook; one customer's messages keep their order. */
  inbound(fields: Record<string, string>): Promise<DeliveryOutcome> {
    const url = `${this.#deliveries.publicUrl}/whatsapp/inbound`;
    return this.#inOrder(`inbound ${fields.From}`, () => this.#post(url, fields));
  }

  /** The new status of a message, if its sender asked to be told. */
  status(message: TwilioMessage): void {
    const url = message.statusCallback;
    if (url === null) return;
    const fields: Record<string, string> = {
      AccountSid: this.#accountSid,
      ApiVersion: '2010-04-01',
      ChannelInstallSid: `XE${message.sid.slice(2)}`,
      ChannelPrefix: 'whatsapp',
      ChannelToAddress: message.to,
      From: message.from,
      MessageSid: message.sid,
      MessageStatus: message.status,
      SmsSid: message.sid,
      SmsStatus: message.status,
      StructuredMessage: 'false',
      To: message.to,
      ...(message.status === 'read' && { EventType: 'READ' }),
      ...(message.status === 'delivered' && { EventType: 'DELIVERED' }),
      ...(message.errorCode && { ErrorCode: String(message.errorCode) }),
      ...(message.messagingServiceSid && { MessagingServiceSid: message.messagingServiceSid }),
    };
    void this.#inOrder(`status ${message.sid}`, () => this.#post(url, fields));
  }

  #post(url: string, fields: Record<string, string>): Promise<DeliveryOutcome> {
    return this.#deliveries.post(url, () => signedForm(this.#authToken, url, fields));
  }

  #inOrder<T>(queue: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#queues.get(queue) ?? Promise.resolve()).then(work);
    this.#queues.set(queue, turn);
    void this.#deliveries.track(
      turn.finally(() => {
        if (this.#queues.get(queue) === turn) this.#queues.delete(queue);
      }),
    );
    return turn;
  }
}

/** A form post with the X-Twilio-Signature that Twilio would put on it. */
export function signedForm(authToken: string, url: string, fields: Record<string, string>): WebhookRequest {
  return {
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': twilio.getExpectedTwilioSignature(authToken, url, fields),
    },
    body: new URLSearchParams(fields).toString(),
  };
}
