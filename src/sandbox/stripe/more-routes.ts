import type { Router } from 'express';
import type Stripe from 'stripe';
import { vendorId } from '../ids.ts';
import { answer, formOf, queryOf, type StripeParts } from './answers.ts';
import { noSuch, StripeRefusal } from './errors.ts';
import type { EventFilter } from './events.ts';
import { type Form, integerOf, listOf, mapOf, metadataOf, textOf } from './form.ts';
import { list } from './ledger.ts';
import { API_VERSION } from './resources.ts';

export function intentRoutes(router: Router, parts: StripeParts): void {
  const { ledger, events } = parts;
  router.get('/v1/payment_intents/:id', (request, response) => {
    answer(parts, request, response, ledger.intent(request.params.id));
  });
  router.post('/v1/payment_intents/:id', (request, response) => {
    const form = formOf(request);
    const intent = ledger.intent(request.params.id);
    const changed = {
      ...intent,
      metadata: { ...intent.metadata, ...metadataOf(form) },
      description: textOf(form, 'description') ?? intent.description,
      receipt_email: textOf(form, 'receipt_email') ?? intent.receipt_email,
    };
    answer(parts, request, response, ledger.intents.put(intent.id, changed));
  });
  router.post('/v1/payment_intents/:id/cancel', (request, response) => {
    const intent = ledger.intent(request.params.id);
    if (['succeeded', 'canceled', 'processing'].includes(intent.status)) {
      const message = `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`;
      throw new StripeRefusal(message, { code: 'payment_intent_unexpected_state' });
    }
    const reason = textOf(formOf(request), 'cancellation_reason') as Stripe.PaymentIntent.CancellationReason | null;
    const end = { status: 'canceled', canceled_at: parts.nowSeconds(), cancellation_reason: reason } as const;
    const canceled = ledger.intents.put(intent.id, { ...intent, ...end });
    events.emit('payment_intent.canceled', canceled);
    answer(parts, request, response, canceled);
  });
  router.get('/v1/charges/:id', (request, response) => {
    answer(parts, request, response, ledger.charge(request.params.id));
  });
  router.get('/v1/disputes/:id', (request, response) => {
    const dispute = ledger.disputes.get(request.params.id);
    if (!dispute) throw noSuch('dispute', request.params.id);
    answer(parts, request, response, dispute);
  });
}

export function eventRoutes(router: Router, parts: StripeParts): void {
  const { events } = parts;
  router.get('/v1/events', (request, response) => {
    const query = queryOf(request);
    const found = events.list(filterOf(query));
    const limit = Math.min(Math.max(integerOf(query, 'limit') ?? 10, 1), 100);
    const after = textOf(query, 'starting_after');
    const before = textOf(query, 'ending_before');
    const from = after === null ? 0 : found.findIndex((event) => event.id === after) + 1;
    const until = before === null ? found.length : found.findIndex((event) => event.id === before);
    const page = before === null ? found.slice(from, from + limit) : found.slice(Math.max(until - limit, 0), until);
    const hasMore = before === null ? from + limit < found.length : until - limit > 0;
    answer(parts, request, response, list(page, '/v1/events', hasMore));
  });
  router.get('/v1/events/:id', (request, response) => {
    const event = events.event(request.params.id);
    if (!event) throw noSuch('event', request.params.id);
    answer(parts, request, response, event);
  });
}

function filterOf(query: Form): EventFilter {
  const created = mapOf(query, 'created');
  const exactly = typeof query.created === 'string' ? integerOf(query, 'created') : null;
  const above = integerOf(created, 'gte') ?? (integerOf(created, 'gt') ?? -1) + 1;
  const below = integerOf(created, 'lte') ?? (integerOf(created, 'lt') ?? Number.POSITIVE_INFINITY) - 1;
  const type = textOf(query, 'type');
  const types = listOf(query, 'types').filter((one) => typeof one === 'string');
  const delivered = textOf(query, 'delivery_success');
  return {
    types: type === null ? types : [type],
    delivered: delivered === null ? null : delivered === 'true',
    from: exactly ?? above,
    until: exactly ?? below,
  };
}

/** Kept for `stripe:setup` to work against; the sandbox delivers to the app in any case. */
export function webhookEndpointRoutes(router: Router, parts: StripeParts): void {
  const { webhookEndpoints } = parts.ledger;
  const base = '/v1/webhook_endpoints';
  const known = (id: string): Stripe.WebhookEndpoint => {
    const endpoint = webhookEndpoints.get(id);
    if (!endpoint) throw noSuch('webhook_endpoint', id);
    return endpoint;
  };
  router.post(base, (request, response) => {
    const form = formOf(request);
    const url = textOf(form, 'url');
    if (url === null || !URL.canParse(url))
      throw new StripeRefusal('Invalid URL', { code: 'url_invalid', param: 'url' });
    const endpoint = {
      id: vendorId('we'),
      object: 'webhook_endpoint',
      api_version: textOf(form, 'api_version') ?? API_VERSION,
      application: null,
      created: parts.nowSeconds(),
      description: textOf(form, 'description'),
      enabled_events: enabledEventsOf(form) ?? [],
      livemode: false,
      metadata: metadataOf(form),
      status: 'enabled',
      url,
    } as Stripe.WebhookEndpoint;
    webhookEndpoints.put(endpoint.id, endpoint);
    response.json({ ...endpoint, secret: vendorId('whsec') });
  });
  router.get(base, (request, response) => {
    answer(parts, request, response, list(webhookEndpoints.all().reverse(), base));
  });
  router.get(`${base}/:id`, (request, response) => {
    answer(parts, request, response, known(request.params.id));
  });
  router.post(`${base}/:id`, (request, response) => {
    const form = formOf(request);
    const endpoint = known(request.params.id);
    const changed = {
      ...endpoint,
      url: textOf(form, 'url') ?? endpoint.url,
      description: textOf(form, 'description') ?? endpoint.description,
      enabled_events: enabledEventsOf(form) ?? endpoint.enabled_events,
      status: textOf(form, 'disabled') === 'true' ? 'disabled' : 'enabled',
      metadata: { ...endpoint.metadata, ...metadataOf(form) },
    };
    answer(parts, request, response, webhookEndpoints.put(endpoint.id, changed));
  });
}

function enabledEventsOf(form: Form): string[] | null {
  const types = listOf(form, 'enabled_events').filter((type) => typeof type === 'string');
  return types.length > 0 ? types : null;
}

/** For `doctor`: who the key belongs to, and that it works. */
export function accountRoutes(router: Router): void {
  router.get('/v1/account', (_request, response) => {
    response.json({
      id: 'acct_sandbox',
      object: 'account',
      business_profile: { name: 'Sandbox' },
      charges_enabled: true,
      country: 'FR',
      default_currency: 'eur',
      details_submitted: true,
      email: null,
      payouts_enabled: false,
      settings: { dashboard: { display_name: 'Sandbox' } },
      type: 'standard',
    });
  });
  router.get('/v1/balance', (_request, response) => {
    const none = [{ amount: 0, currency: 'eur', source_types: { card: 0 } }];
    response.json({ object: 'balance', available: none, livemode: false, pending: none });
  });
}
