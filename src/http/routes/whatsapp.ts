import { type ParsedUrlQuery, parse } from 'node:querystring';
import express, { type Express, type Request, type Response } from 'express';
import { isUuid } from '../../domain/uuid.ts';
import { single } from '../identifiers.ts';
import type { AppNeeds } from '../needs.ts';
import { logOf, noteFor } from '../request-context.ts';
import { countWebhook } from '../webhook-count.ts';

type Needs = Pick<AppNeeds, 'webhook' | 'publicUrl' | 'receiveMessage' | 'recordDelivery' | 'meter'>;

// The longest text WhatsApp lets through, in characters of four bytes, each percent-encoded, and room for the fields.
const readForm = express.text({ type: 'application/x-www-form-urlencoded', limit: '256kb' });

const isSingle = (fields: ParsedUrlQuery): fields is Record<string, string> =>
  Object.values(fields).every((value) => typeof value === 'string');

/** The form's fields, or undefined when one comes twice: Twilio never does that, and its signature could not be told. */
function fieldsOf(req: Request): Record<string, string> | undefined {
  const fields = typeof req.body === 'string' ? parse(req.body, '&', '=', { maxKeys: 0 }) : {};
  return isSingle(fields) ? fields : undefined;
}

/**
 * The fields if Twilio signed them, for the address it was told to post to (never the Host header, which whoever posts
 * chooses); otherwise answers and returns undefined.
 */
function genuineFields(
  needs: Needs,
  webhook: { outcome: string },
  req: Request,
  res: Response,
): Record<string, string> | undefined {
  const fields = fieldsOf(req);
  const signature = req.get('x-twilio-signature');
  const url = needs.publicUrl + req.originalUrl;
  if (fields && signature && needs.webhook.isGenuine({ signature, url, fields })) return fields;
  webhook.outcome = 'invalid_signature';
  logOf(res).warn({ signed: Boolean(signature) }, 'refused a post without a valid Twilio signature');
  res.status(403).json({ error: 'invalid_signature' });
  return undefined;
}

export function addWhatsappRoutes(app: Express, needs: Needs): void {
  app.post('/whatsapp/inbound', readForm, async (req, res) => {
    const webhook = countWebhook(needs.meter, res, { vendor: 'twilio', kind: 'message' });
    const fields = genuineFields(needs, webhook, req, res);
    if (!fields) return;
    const received = await needs.receiveMessage(fields);
    webhook.outcome = received.kind;
    if (received.kind === 'unusable') {
      logOf(res).warn({ reason: received.reason }, 'a signed message could not be used');
      return void res.status(400).json({ error: 'unusable_message', reason: received.reason });
    }
    noteFor(res, { messageSid: fields.MessageSid, outcome: received.kind });
    // Empty TwiML: the reply goes out through the API, when there is one.
    res.type('text/xml').send('<Response/>');
  });

  app.post('/whatsapp/status', readForm, async (req, res) => {
    const webhook = countWebhook(needs.meter, res, { vendor: 'twilio', kind: 'delivery_state' });
    const fields = genuineFields(needs, webhook, req, res);
    if (!fields) return;
    const outboundId = single(req.query.message);
    const { MessageSid: sid = '', MessageStatus: status = '', ErrorCode: code = '' } = fields;
    if (!isUuid(outboundId) || !sid || !status) {
      webhook.outcome = 'unusable';
      // Never the words themselves: whatever they are, they are not what they should be.
      const facts = { namesMessage: isUuid(outboundId), hasSid: sid !== '', hasStatus: status !== '' };
      logOf(res).warn(facts, 'a signed delivery state could not be used');
      return void res.status(400).json({ error: 'unusable_delivery_state' });
    }
    await needs.recordDelivery({ outboundId, status, sid, errorCode: /^\d{1,9}$/.test(code) ? Number(code) : null });
    webhook.outcome = 'recorded';
    res.type('text/xml').send('<Response/>');
  });
}
