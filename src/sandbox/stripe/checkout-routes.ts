import express, { type Response, type Router } from 'express';
import { OUTCOMES, type Outcome, renderCheckout, renderReceipt, renderUnknownCheckout } from './checkout-page.tsx';
import { CHECKOUT_STYLE } from './checkout-style.ts';
import type { StripeStandIn } from './stripe.ts';

type Needs = { stripe: StripeStandIn; merchant: string };

/** The customer's side of Checkout: a page of plain forms, and what each button leads to. */
export function checkoutRoutes({ stripe, merchant }: Needs): Router {
  const router = express.Router();
  router.get('/checkout.css', (_request, response) => {
    response.type('css').send(CHECKOUT_STYLE);
  });
  router.get('/receipt/:chargeId', (request, response) => {
    const charge = stripe.ledger.charges.get(request.params.chargeId);
    if (!charge?.paid) return void html(response.status(404), renderUnknownCheckout(merchant));
    html(response, renderReceipt(charge, merchant));
  });
  router.get('/checkout/:sessionId', (request, response) => {
    const { sessionId } = request.params;
    if (!stripe.ledger.sessions.get(sessionId)) return void html(response.status(404), renderUnknownCheckout(merchant));
    const stored = stripe.checkout.current(sessionId);
    html(response, renderCheckout({ stored, intent: stripe.checkout.intent(sessionId), merchant }), [
      stored.session.success_url,
      stored.session.cancel_url,
    ]);
  });
  router.post('/checkout/:sessionId', express.urlencoded({ extended: false }), (request, response) => {
    const { sessionId } = request.params;
    if (!stripe.ledger.sessions.get(sessionId)) return void html(response.status(404), renderUnknownCheckout(merchant));
    const outcome: unknown = request.body?.outcome;
    if (!OUTCOMES.some((known) => known === outcome)) return void response.status(400).type('text').send('outcome');
    response.redirect(303, follow(stripe, sessionId, outcome as Outcome));
  });
  return router;
}

/** Does what the button says and tells where the browser goes next. */
function follow(stripe: StripeStandIn, sessionId: string, outcome: Outcome): string {
  const { checkout, ledger } = stripe;
  const here = `/sandbox/checkout/${sessionId}`;
  if (outcome === 'leave') return ledger.session(sessionId).session.cancel_url ?? here;
  const challenged = checkout.intent(sessionId)?.status === 'requires_action';
  if (outcome === 'pay' || (outcome === 'three_ds_complete' && challenged)) checkout.pay(sessionId);
  if (outcome === 'pay_later') checkout.payLater(sessionId);
  if (outcome === 'decline') checkout.decline(sessionId);
  if (outcome === 'three_ds') checkout.challenge(sessionId);
  if (outcome === 'three_ds_fail' && challenged) checkout.failChallenge(sessionId);
  const { session } = ledger.session(sessionId);
  if (session.status !== 'complete') return here;
  return (session.success_url ?? here).replaceAll('{CHECKOUT_SESSION_ID}', sessionId);
}

/** Forms may lead back to the shop, wherever it calls itself; browsers apply form-action to redirects as well. */
function html(response: Response, body: string, formTargets: (string | null)[] = []): void {
  const origins = formTargets
    .filter((url) => url !== null && URL.canParse(url))
    .map((url) => new URL(url ?? '').origin);
  const formAction = ["'self'", ...new Set(origins)].join(' ');
  response
    .set('content-security-policy', `default-src 'none'; style-src 'self'; form-action ${formAction}; base-uri 'none'`)
    .set('cache-control', 'no-store')
    .type('html')
    .send(body);
}
