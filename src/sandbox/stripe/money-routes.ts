import type { Router } from 'express';
import { answer, formOf, queryOf, type StripeParts } from './answers.ts';
import { isOf, pageOf } from './paging.ts';

/** Money that was taken (charges), goes back (refunds), is taken back (disputes), or may be soon (fraud warnings). */
export function moneyRoutes(router: Router, parts: StripeParts): void {
  const { ledger, refunds } = parts;
  router.get('/v1/charges', (request, response) => {
    const query = queryOf(request);
    const keep = isOf(query, 'payment_intent');
    const rows = ledger.charges.all().reverse();
    answer(parts, request, response, pageOf({ rows, keep, query, url: '/v1/charges' }));
  });
  router.get('/v1/charges/:id', (request, response) => {
    answer(parts, request, response, ledger.charge(request.params.id));
  });
  router.post('/v1/refunds', (request, response) => {
    answer(parts, request, response, refunds.create(formOf(request)));
  });
  router.get('/v1/refunds', (request, response) => {
    const query = queryOf(request);
    const keep = isOf(query, 'charge', 'payment_intent');
    const rows = ledger.refunds.all().reverse();
    answer(parts, request, response, pageOf({ rows, keep, query, url: '/v1/refunds' }));
  });
  router.get('/v1/refunds/:id', (request, response) => {
    answer(parts, request, response, ledger.refund(request.params.id));
  });
  router.get('/v1/disputes/:id', (request, response) => {
    answer(parts, request, response, ledger.dispute(request.params.id));
  });
  router.get('/v1/radar/early_fraud_warnings/:id', (request, response) => {
    answer(parts, request, response, ledger.fraudWarning(request.params.id));
  });
}
