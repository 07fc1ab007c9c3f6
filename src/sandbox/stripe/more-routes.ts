import type { Router } from 'express';
import type Stripe from 'stripe';
import { vendorId } from '../ids.ts';
import { answer, formOf, queryOf, type StripeParts } from './answers.ts';
import { noSuch, StripeRefusal } from './errors.ts';
import type { StripeEvent } from './events.ts';
import { type Form, listOf, metadataOf, textOf } from './form.ts';
import { pageOf } from './paging.ts';
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
}

export function eventRoutes(router: Router, parts: StripeParts): void {
  const { events } = parts;
  router.get('/v1/events', (request, response) => {
    const query = queryOf(request);
    const isType = typesOf(query);
    const delivered = textOf(query, 'delivery_success');
    const keep = ({ id, type }: StripeEvent): boolean =>
      isType(type) && (delivered === null || events.isDelivered(id) === (delivered === 'true'));
    answer(parts, request, response, pageOf({ rows: events.all(), keep, query, url: '/v1/events' }));
  });
  router.get('/v1/events/:id', (request, response) => {
    const event = events.event(request.params.id);
    if (!event) throw noSuch('event', request.params.id);
    answer(parts, request, response, event);
  });
}

function typesOf(query: Form): (type: string) => boolean {
  const type = textOf(query, 'type');
  const types = type === null ? listOf(query, 'types').filter((one) => typeof one === 'string') : [type];
  return (known) => types.length === 0 || types.some((pattern) => matches(pattern, known));
}

function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
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
    response.json({ ...endpoint, secret: parts.webhookSecret });
  });
  router.get(base, (request, response) => {
    const rows = webhookEndpoints.all().reverse();
    answer(parts, request, response, pageOf({ rows, query: queryOf(request), url: base }));
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
