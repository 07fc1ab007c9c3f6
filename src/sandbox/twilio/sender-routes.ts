import express, { type Router } from 'express';
import type { Sender, Senders } from './senders.ts';

const BASE = '/v2/Channels/Senders';
const URL_OF_ALL = `https://messaging.twilio.com${BASE}`;

const resource = (sender: Sender) => ({
  ...sender,
  friendly_name: null,
  configuration: null,
  profile: null,
  properties: null,
  compliance: null,
  url: `${URL_OF_ALL}/${sender.sid}`,
});

/** The part of messaging.twilio.com that `twilio:setup` and the doctor ask; messages need none of it. */
export function senderRoutes(senders: Senders): Router {
  const router = express.Router({ caseSensitive: true });
  router.use(BASE, express.json({ limit: '64kb' }));
  router.get(BASE, (request, response) => {
    const query = new URL(request.originalUrl, 'http://sandbox').searchParams;
    const { found, page, size, isLast } = senders.list(query);
    const link = (to: number) => `${URL_OF_ALL}?PageSize=${size}&Page=${to}&Channel=whatsapp`;
    const next = { next_page_url: isLast ? null : link(page + 1), previous_page_url: page > 0 ? link(page - 1) : null };
    const meta = { page, page_size: size, first_page_url: link(0), url: link(page), ...next, key: 'senders' };
    response.json({ senders: found.map(resource), meta });
  });
  router.get(`${BASE}/:sid`, (request, response) => {
    response.json(resource(senders.fetch(request.params.sid)));
  });
  router.post(`${BASE}/:sid`, (request, response) => {
    response.status(202).json(resource(senders.update(request.params.sid, request.body)));
  });
  return router;
}
