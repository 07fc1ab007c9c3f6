import { join } from 'node:path';
import express, { type ErrorRequestHandler, type Request, type Response, type Router } from 'express';
import * as z from 'zod';
import type { SandboxClock } from './clock.ts';
import type { ModelStandIn } from './openai/model.ts';
import { messageRoutes, refuse } from './phone-messages.ts';
import type { Customer, Phones } from './phones.ts';
import { checkoutRoutes } from './stripe/checkout-routes.ts';
import type { StripeStandIn } from './stripe/stripe.ts';
import { thisMachineOnly } from './this-machine-only.ts';
import type { TwilioStandIn } from './twilio/twilio.ts';

export type ShopCard = { name: string; number: string; currency: string; locale: string; timezone: string };
export type StaffCard = { email: string; password: string | null };

export type PhoneApiNeeds = {
  phones: Phones;
  twilio: TwilioStandIn;
  stripe: StripeStandIn;
  model: ModelStandIn;
  clock: SandboxClock;
  shop: ShopCard;
  /** Read at each request, since they are known only once the shop has started. */
  staff: () => StaffCard | null;
  hints: () => string[];
  /** Ends the open event streams when the sandbox stops. */
  streams: Set<Response>;
};

const PUBLIC_FOLDER = join(import.meta.dirname, 'public');
const YEAR_MINUTES = 366 * 24 * 60;
const KEEP_ALIVE_MS = 25_000;

const SHOWN = /^(image\/(png|jpeg|webp|gif)|audio\/[\w-]+|video\/mp4)$/;

const newCustomer = z.strictObject({ name: z.string().trim().min(1).max(60) });
const advanced = z.strictObject({ advanceMinutes: z.number().int().min(1).max(YEAR_MINUTES) });
const switched = z.strictObject({ down: z.boolean() });

/**
 * Everything under /sandbox: the chat page and its API, for this machine only since there is no log-in, and the stand-in
 * checkout, which a real phone may have to reach when only Stripe is simulated.
 */
export function sandboxRouter(needs: PhoneApiNeeds): Router {
  const router = express.Router();
  router.use(checkoutRoutes({ stripe: needs.stripe, merchant: needs.shop.name }));
  router.use(thisMachineOnly);
  router.get('/', (_request, response) => {
    response.sendFile('index.html', { root: PUBLIC_FOLDER });
  });
  router.use('/assets', express.static(PUBLIC_FOLDER, { index: false }));
  router.get('/media/:messageId', (request, response) => {
    const media = needs.twilio.media(request.params.messageId);
    if (!media) return void response.status(404).json({ error: 'no_such_media' });
    // A file that a visitor chose is shown, never run: no page of ours, and nothing to guess at.
    if (!SHOWN.test(media.type)) response.attachment();
    response
      .set({ 'cache-control': 'private, max-age=86400', 'x-content-type-options': 'nosniff' })
      .type(media.type)
      .send(Buffer.from(media.base64, 'base64'));
  });
  router.use('/api', express.json({ limit: '64kb' }), apiRouter(needs));
  router.use(answerError);
  return router;
}

function apiRouter(needs: PhoneApiNeeds): Router {
  const router = express.Router();
  const { phones, clock, model, shop } = needs;
  router.get('/state', (_request, response) => {
    response.json({
      shopName: shop.name,
      shopNumber: shop.number,
      currency: shop.currency,
      locale: shop.locale,
      timeZone: shop.timezone,
      ...clockState(clock),
      modelDown: model.down,
      staff: needs.staff(),
      hints: needs.hints(),
      customers: phones.customers().map((customer) => cardOf(phones, customer)),
    });
  });
  customerRoutes(router, needs);
  router.post('/clock', async (request, response) => {
    const body = advanced.safeParse(request.body);
    if (!body.success) return refuse(response, body.error);
    await clock.advance(body.data.advanceMinutes);
    response.json(clockState(clock));
  });
  router.post('/model', (request, response) => {
    const body = switched.safeParse(request.body);
    if (!body.success) return refuse(response, body.error);
    model.down = body.data.down;
    response.json({ down: model.down });
  });
  router.get('/events', (request, response) => stream(needs, request, response));
  return router;
}

function customerRoutes(router: Router, needs: PhoneApiNeeds): void {
  const { phones } = needs;
  router.post('/customers', (request, response) => {
    const body = newCustomer.safeParse(request.body);
    if (!body.success) return refuse(response, body.error);
    response.status(201).json(cardOf(phones, phones.addCustomer(body.data)));
  });
  router.use('/customers/:id', (request, response, next) => {
    if (phones.customer(request.params.id)) return next();
    response.status(404).json({ error: 'no_such_customer', message: 'There is no such customer.' });
  });
  messageRoutes(router, needs);
  router.post('/customers/:id/read', (request, response) => {
    phones.open(request.params.id);
    response.json(cardOf(phones, phones.customer(request.params.id)));
  });
}

function cardOf(phones: Phones, customer: Customer | undefined): object | null {
  if (!customer) return null;
  const last = phones.messages(customer.id).at(-1);
  return {
    ...customer,
    unread: phones.unread(customer.id).length,
    lastText: last?.location ? '📍' : last?.mediaType?.startsWith('audio/') ? '🎤' : last?.body || null,
    lastAt: last?.at ?? null,
    windowOpenUntil: phones.windowOpenUntil(customer.id)?.toISOString() ?? null,
  };
}

function clockState(clock: SandboxClock): { now: string; offsetMinutes: number } {
  return { now: clock.now().toISOString(), offsetMinutes: clock.offsetMinutes };
}

/** Server-sent events, one stream per open page; a comment now and then keeps proxies from closing it. */
function stream({ phones, clock, streams }: PhoneApiNeeds, request: Request, response: Response): void {
  response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  response.flushHeaders();
  const send = (event: string, data: unknown): void => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  send('clock', clockState(clock));
  const unsubscribe = [
    phones.on('message', (message) => send('message', { customerId: message.customerId, message })),
    phones.on('status', (status) => send('status', status)),
    phones.on('typing', (typing) => send('typing', typing)),
    phones.on('customer', (customer) => send('customer', cardOf(phones, customer))),
    clock.onAdvance(() => send('clock', clockState(clock))),
  ];
  const keepAlive = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS);
  keepAlive.unref();
  streams.add(response);
  request.on('close', () => {
    clearInterval(keepAlive);
    streams.delete(response);
    for (const leave of unsubscribe) leave();
  });
}

/** No stack traces: what the request got wrong, or that something failed while it was carried out. */
const answerError: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  const { status } = error as { status?: unknown };
  const isTheirs = typeof status === 'number' && status < 500;
  const message = isTheirs ? 'The request could not be read.' : `This failed: ${(error as Error).message}`;
  response.status(isTheirs ? status : 500).json({ error: isTheirs ? 'invalid' : 'failed', message });
};
