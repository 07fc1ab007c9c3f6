import express, { type Request, type Router } from 'express';
import { answer, formOf, queryOf, type StripeParts } from './answers.ts';
import { answerStripeRefusal, StripeRefusal } from './errors.ts';
import { idempotency } from './idempotency.ts';
import { list } from './ledger.ts';
import { moneyRoutes } from './money-routes.ts';
import { accountRoutes, eventRoutes, intentRoutes, webhookEndpointRoutes } from './more-routes.ts';
import { isOf, pageOf } from './paging.ts';
import { sessionFrom } from './session-params.ts';

/** The part of api.stripe.com that the shop uses. */
export function stripeRouter(parts: StripeParts): Router {
  const router = express.Router({ caseSensitive: true });
  router.use((request, _response, next) => {
    requireKey(request, parts.secretKey);
    next();
  });
  router.use(express.text({ type: '*/*', limit: '1mb' }));
  // What goes wrong on the way happens to every call; a 500 is Stripe's own answer, kept under its key and given again.
  router.use(parts.faults.middleware(['lost_answer', 'hang', 'hang_after']));
  router.use(idempotency(parts.store));
  router.use(parts.faults.middleware(['status']));
  sessionRoutes(router, parts);
  intentRoutes(router, parts);
  moneyRoutes(router, parts);
  eventRoutes(router, parts);
  webhookEndpointRoutes(router, parts);
  accountRoutes(router);
  router.use((request, _response, _next) => {
    const message = `Unrecognized request URL (${request.method}: ${request.originalUrl}).`;
    throw new StripeRefusal(message, { status: 404 });
  });
  router.use(answerStripeRefusal);
  return router;
}

function requireKey(request: Request, secretKey: string): void {
  const authorization = request.get('authorization') ?? '';
  const basic = `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`;
  if (authorization === `Bearer ${secretKey}` || authorization === basic) return;
  const given = authorization === '' ? 'You did not provide an API key.' : 'Invalid API Key provided.';
  throw new StripeRefusal(given, { status: 401 });
}

function sessionRoutes(router: Router, parts: StripeParts): void {
  const { ledger, checkout } = parts;
  const base = '/v1/checkout/sessions';
  router.post(base, (request, response) => {
    const context = { nowSeconds: parts.nowSeconds(), checkoutUrl: parts.checkoutUrl() };
    const stored = sessionFrom(formOf(request), context);
    ledger.sessions.put(stored.session.id, stored);
    answer(parts, request, response, stored.session);
  });
  router.get(base, (request, response) => {
    const query = queryOf(request);
    const rows = ledger.sessions
      .all()
      .map(({ session }) => checkout.current(session.id).session)
      .reverse();
    const keep = isOf(query, 'payment_intent');
    answer(parts, request, response, pageOf({ rows, keep, query, url: base }));
  });
  router.get(`${base}/:id`, (request, response) => {
    answer(parts, request, response, checkout.current(request.params.id).session);
  });
  router.get(`${base}/:id/line_items`, (request, response) => {
    const { lineItems } = ledger.session(request.params.id);
    answer(parts, request, response, list(lineItems, `${base}/${request.params.id}/line_items`));
  });
  router.post(`${base}/:id/expire`, (request, response) => {
    answer(parts, request, response, checkout.expire(request.params.id));
  });
}
