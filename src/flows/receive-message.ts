import type { StoreInboundMessage } from '../db/inbox.ts';
import type { Nudge } from '../db/work-nudges.ts';
import { saysStop } from '../domain/intents.ts';
import { parseChannelAddress } from '../domain/phone.ts';
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
 * Stores what a customer sent, once per MessageSid, before Twilio is answered; a worker sorts it and answers the customer later.
 * `fields` are the webhook's form fields, already verified.
 */
export async function receiveMessage(
  needs: { storeInbound: StoreInboundMessage; clock: Clock; nudge: Nudge; burstWindowMs: number },
  fields: Record<string, string>,
): Promise<ReceivedMessage> {
  const { MessageSid: messageSid = '', From: from = '' } = fields;
  if (!/^[A-Za-z0-9]{2,64}$/.test(messageSid)) return { kind: 'unusable', reason: 'MessageSid is missing' };
  const address = parseChannelAddress(from);
  if (!address) return { kind: 'unusable', reason: 'From is not a WhatsApp address' };
  const { kind, payload } = kindOf(fields);
  // A tap is a whole thought; words may be followed by more.
  const burstWindowMs = payload ? 0 : needs.burstWindowMs;
  const body = fields.Body ?? fields.ButtonText ?? fields.ListTitle ?? '';
  const stored = await needs.storeInbound({
    messageSid,
    profileName: fields.ProfileName?.trim().slice(0, 120) || null,
    kind,
    payload: payload?.slice(0, 256) ?? null,
    body,
    // At once: what waits must not leave while a turn is being thought about. Below a picture as well.
    optsOut: payload === null && saysStop(body),
    fields,
    receivedAt: needs.clock.now(),
    burstWindowMs,
    ...address,
  });
  // A duplicate as well: an earlier try may have stored it and not heard so.
  needs.nudge('inbox');
  return { kind: stored };
}
