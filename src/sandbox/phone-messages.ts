import express, { type Response, type Router } from 'express';
import * as z from 'zod';
import type { Phones } from './phones.ts';
import type { TwilioStandIn } from './twilio/twilio.ts';

const written = z.union([
  z.strictObject({ text: z.string().trim().min(1).max(4096), quotes: z.string().optional() }),
  z.strictObject({
    location: z.strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) }),
  }),
  z.strictObject({ buttonId: z.string(), messageId: z.string() }),
  z.strictObject({ listItemId: z.string(), messageId: z.string() }),
]);

/** What a customer's phone shows, and what can be sent with it: words, taps, a location, files. */
export function messageRoutes(router: Router, { phones, twilio }: { phones: Phones; twilio: TwilioStandIn }): void {
  router.get('/customers/:id/messages', (request, response) => {
    const { id } = request.params;
    response.json({ messages: phones.messages(id), typing: phones.isTyping(id) });
  });
  router.post('/customers/:id/messages', (request, response) => {
    const body = written.safeParse(request.body);
    if (!body.success) return refuse(response, body.error);
    const { id } = request.params;
    if ('text' in body.data)
      return void response.status(202).json(twilio.customerWrites(id, body.data.text, body.data.quotes));
    if ('location' in body.data)
      return void response.status(202).json(twilio.customerSharesLocation(id, body.data.location));
    const option = 'buttonId' in body.data ? body.data.buttonId : body.data.listItemId;
    const message = twilio.customerTaps(id, body.data.messageId, option);
    if (!message)
      return void response
        .status(404)
        .json({ error: 'no_such_option', message: 'That message has nothing like this to tap.' });
    response.status(202).json(message);
  });
  // The file as it is; its caption in the address. What WhatsApp takes at most.
  router.post('/customers/:id/files', express.raw({ type: () => true, limit: '16mb' }), (request, response) => {
    const type = /^[\w.+-]+\/[\w.+-]+/.exec(request.get('content-type') ?? '')?.[0].toLowerCase();
    const bytes: unknown = request.body;
    if (!type || !Buffer.isBuffer(bytes) || bytes.length === 0)
      return void response.status(400).json({ error: 'invalid', message: 'A file with its type is expected.' });
    const caption = typeof request.query.caption === 'string' ? request.query.caption.slice(0, 1024) : '';
    response.status(202).json(twilio.customerSendsFile(request.params.id, { type, bytes, caption }));
  });
}

export function refuse(response: Response, error: z.ZodError): void {
  response.status(400).json({ error: 'invalid', message: error.issues[0]?.message ?? 'invalid' });
}
