import type { Db } from '../db/client.ts';
import { storeInboundMessage } from '../db/inbox.ts';
import type { TellLive } from '../db/live-changes.ts';
import type { Nudge } from '../db/work-nudges.ts';
import { parseChannelAddress } from '../domain/phone.ts';
import { storableText } from '../domain/storable.ts';
import type { Clock } from '../ports.ts';

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
export async function receiveMessage(
  needs: { db: Db; clock: Clock; nudge: Nudge; tellLive: TellLive; burstWindowMs: number },
  fields: Record<string, string>,
): Promise<ReceivedMessage> {
  const { MessageSid: messageSid = '', From: from = '' } = fields;
  if (!/^[A-Za-z0-9]{2,64}$/.test(messageSid)) return { kind: 'unusable', reason: 'MessageSid is missing' };
  const address = parseChannelAddress(from);
  if (!address) return { kind: 'unusable', reason: 'From is not a WhatsApp address' };
  const { kind, payload } = kindOf(fields);
  // A tap is a whole thought; words may be followed by more.
  const burstWindowMs = payload ? 0 : needs.burstWindowMs;
  const stored = await storeInboundMessage(needs.db, {
    ...address,
    messageSid,
    profileName:
      storableText(fields.ProfileName ?? '')
        .trim()
        .slice(0, 120) || null,
    kind,
    payload: payload && storableText(payload).slice(0, 256),
    body: storableText(fields.Body ?? fields.ButtonText ?? fields.ListTitle ?? ''),
    fields: Object.fromEntries(Object.entries(fields).map(([key, value]) => [storableText(key), storableText(value)])),
    receivedAt: needs.clock.now(),
    burstWindowMs,
  });
  if (stored === 'stored') {
    needs.nudge('turns');
    needs.tellLive({ kind: 'message_in', messageSid });
  }
  return { kind: stored };
}
