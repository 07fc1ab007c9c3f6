import express, { type Router } from 'express';
import { TwilioError } from './errors.ts';
import type { TwilioAccount } from './twilio.ts';

/** The shop's one WhatsApp sender, for `twilio:setup` to find and to set webhooks on; the sandbox itself needs none. */
export function senderRoutes(account: TwilioAccount): Router {
  const router = express.Router({ caseSensitive: true });
  const base = '/v2/Channels/Senders';
  const sid = `XE${account.accountSid.slice(2)}`;
  const url = `https://messaging.twilio.com${base}`;
  let webhook: unknown = null;
  const sender = () => ({
    sid,
    sender_id: account.from,
    status: 'ONLINE',
    configuration: null,
    webhook,
    profile: null,
    properties: null,
    offline_reasons: null,
    compliance: null,
    url: `${url}/${sid}`,
  });
  router.use(base, express.json({ limit: '64kb' }));
  router.get(base, (_request, response) => {
    const meta = { page: 0, page_size: 50, first_page_url: url, url, key: 'senders' };
    response.json({ senders: [sender()], meta: { ...meta, next_page_url: null, previous_page_url: null } });
  });
  router.post(`${base}/:sid`, (request, response) => {
    if (request.params.sid !== sid) throw new TwilioError(404, 20404, 'The requested sender was not found');
    webhook = (request.body as { webhook?: unknown } | undefined)?.webhook ?? webhook;
    response.status(202).json(sender());
  });
  return router;
}
