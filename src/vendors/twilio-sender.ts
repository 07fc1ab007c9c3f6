import type twilio from 'twilio';
import { callTwilio, openTwilio, type TwilioSettings } from './twilio-client.ts';

/** Where Twilio is to post what customers write, and how far the shop's messages got. */
export type SenderWebhooks = { inboundUrl: string; statusUrl: string };

/** The WhatsApp sender as Twilio tells it; a URL or method that nobody set is null. */
export type Sender = {
  /** ONLINE, OFFLINE, VERIFYING ...: Twilio's own word. */
  status: string;
  /** Twilio's, with its codes; empty unless it is offline. */
  offlineReasons: string[];
  inbound: { url: string | null; method: string | null };
  statusCallback: { url: string | null; method: string | null };
};

async function findSender(client: twilio.Twilio, from: string) {
  // All pages: an account may have more senders than fit one.
  const senders = await callTwilio(() =>
    client.messaging.v2.channelsSenders.list({ channel: 'whatsapp', pageSize: 200 }),
  );
  return senders.find(({ senderId }) => senderId === from);
}

/** Points the WhatsApp sender's webhooks at the shop. `no_sender`: the account has none of this number. */
export async function setSenderWebhooks(settings: TwilioSettings, urls: SenderWebhooks): Promise<'set' | 'no_sender'> {
  const client = openTwilio(settings);
  const sender = await findSender(client, settings.from);
  if (!sender) return 'no_sender';
  const webhook = {
    callback_url: urls.inboundUrl,
    callback_method: 'POST',
    status_callback_url: urls.statusUrl,
    status_callback_method: 'POST',
  };
  // As on the wire: the SDK sends this object as it is, its camelCase types notwithstanding.
  type Update = NonNullable<Parameters<ReturnType<typeof client.messaging.v2.channelsSenders>['update']>[0]>;
  const update = { webhook } as unknown as Update;
  await callTwilio(() => client.messaging.v2.channelsSenders(sender.sid).update(update));
  return 'set';
}

/** The sender as Twilio has it, for the doctor; undefined: the account has none of this number. */
export async function fetchSender(settings: TwilioSettings): Promise<Sender | undefined> {
  const client = openTwilio(settings);
  const listed = await findSender(client, settings.from);
  if (!listed) return undefined;
  // Asked for by itself: of this answer Twilio shows the webhooks in its examples, of the list's it does not.
  const sender = await callTwilio(() => client.messaging.v2.channelsSenders(listed.sid).fetch());
  const { webhook, offlineReasons } = sender;
  return {
    status: sender.status,
    offlineReasons: (offlineReasons ?? []).map(({ code, message }) => [code, message].filter(Boolean).join(' ')),
    inbound: { url: webhook?.callbackUrl ?? null, method: webhook?.callbackMethod ?? null },
    statusCallback: { url: webhook?.statusCallbackUrl ?? null, method: webhook?.statusCallbackMethod ?? null },
  };
}
