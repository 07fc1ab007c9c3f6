import type { Db } from '../db/client.ts';
import { claimSlowNotice, storeInboundMessage } from '../db/inbox.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { transact } from '../db/transact.ts';
import type { Nudge } from '../db/work-nudges.ts';
import { describeError } from '../domain/errors.ts';
import { saysStop } from '../domain/intents.ts';
import { toLocale } from '../domain/locale.ts';
import { parseChannelAddress } from '../domain/phone.ts';
import type { Shop } from '../domain/shop.ts';
import { storableText } from '../domain/storable.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Log } from '../ports.ts';

type Needs = {
  db: Db;
  clock: Clock;
  log: Log;
  texts: Texts;
  shop: Pick<Shop, 'locale'>;
  nudge: Nudge;
  burstWindowMs: number;
};
export type ReceivedMessage = { kind: 'stored' | 'duplicate' } | { kind: 'unusable'; reason: string };

function kindOf(fields: Record<string, string>) {
  if (fields.ListId) return { kind: 'list', payload: fields.ListId } as const;
  if (fields.ButtonPayload) return { kind: 'button', payload: fields.ButtonPayload } as const;
  if (Number(fields.NumMedia) > 0) return { kind: 'media', payload: null } as const;
  if (fields.Latitude && fields.Longitude) return { kind: 'location', payload: null } as const;
  return fields.Body ? ({ kind: 'text', payload: null } as const) : ({ kind: 'other', payload: null } as const);
}

/**
 * Stores what a customer sent, once per MessageSid, before Twilio is answered; a worker answers the customer later.
 * `fields` are the webhook's form fields, already verified.
 */
export async function receiveMessage(needs: Needs, fields: Record<string, string>): Promise<ReceivedMessage> {
  const { MessageSid: messageSid = '', From: from = '' } = fields;
  if (!/^[A-Za-z0-9]{2,64}$/.test(messageSid)) return { kind: 'unusable', reason: 'MessageSid is missing' };
  const address = parseChannelAddress(from);
  if (!address) return { kind: 'unusable', reason: 'From is not a WhatsApp address' };
  const { kind, payload } = kindOf(fields);
  // A tap is a whole thought; words may be followed by more.
  const burstWindowMs = payload ? 0 : needs.burstWindowMs;
  const body = storableText(fields.Body ?? fields.ButtonText ?? fields.ListTitle ?? '');
  const stored = await storeInboundMessage(needs.db, {
    ...address,
    messageSid,
    profileName:
      storableText(fields.ProfileName ?? '')
        .trim()
        .slice(0, 120) || null,
    kind,
    payload: payload && storableText(payload).slice(0, 256),
    body,
    // At once: what waits must not leave while a turn is being thought about.
    optsOut: kind === 'text' && saysStop(body),
    fields: Object.fromEntries(Object.entries(fields).map(([key, value]) => [storableText(key), storableText(value)])),
    receivedAt: needs.clock.now(),
    burstWindowMs,
  });
  if (stored.kind === 'stored') {
    needs.nudge('turns');
    if (stored.slowed) await tellSlowed(needs, stored.customerId, messageSid);
  }
  return { kind: stored.kind };
}

/** One polite word to whoever floods us; the message itself is stored already. */
async function tellSlowed(needs: Needs, customerId: string, messageSid: string): Promise<void> {
  const at = needs.clock.now();
  await transact(needs.db, async (tx) => {
    const claimed = await claimSlowNotice(tx, customerId, at);
    if (!claimed) return;
    const body = needs.texts(toLocale(claimed.locale, needs.shop.locale), 'slowed_down');
    await enqueueMessage(tx, { businessKey: `slowed:${messageSid}`, customerId, content: { body }, at });
  }).catch((error) => needs.log.warn({ messageSid, error: describeError(error) }, 'a flood was not answered for'));
}
