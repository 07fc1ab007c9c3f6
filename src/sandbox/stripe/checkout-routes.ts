import express, { type Response, type Router } from 'express';
import { z } from 'zod';
import { OUTCOMES, type Outcome } from './checkout-forms.tsx';
import { renderCheckout, renderReceipt, renderUnknownCheckout } from './checkout-page.tsx';
import { CHECKOUT_STYLE } from './checkout-style.ts';
import type { StripeStandIn } from './stripe.ts';

const posted = z.object({ outcome: z.enum(OUTCOMES), email: z.string().trim().optional() });

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
  const show = (response: Response, sessionId: string, isEmailInvalid = false): void => {
    const stored = stripe.checkout.current(sessionId);
    const { success_url, cancel_url } = stored.session;
    const view = { stored, intent: stripe.checkout.intent(sessionId), isEmailInvalid, merchant };
    html(response, renderCheckout(view), [success_url, cancel_url]);
  };
  router.use('/checkout/:sessionId', (request, response, next) => {
    if (stripe.ledger.sessions.get(request.params.sessionId)) return next();
    html(response.status(404), renderUnknownCheckout(merchant));
  });
  router.get('/checkout/:sessionId', (request, response) => show(response, request.params.sessionId));
  router.post('/checkout/:sessionId', express.urlencoded({ extended: false }), (request, response) => {
    const { sessionId } = request.params;
    const body = posted.safeParse(request.body);
    if (!body.success) return void response.status(400).type('text').send('outcome');
    const { outcome, email } = body.data;
    if (outcome === 'leave') return response.redirect(303, wayOut(stripe, sessionId));
    if (email && !z.email().safeParse(email).success) return show(response.status(422), sessionId, true);
    if (email !== undefined) stripe.checkout.enterEmail(sessionId, email);
    response.redirect(303, follow(stripe, sessionId, outcome));
  });
  return router;
}

const hereOf = (sessionId: string): string => `/sandbox/checkout/${sessionId}`;

function wayOut({ ledger }: StripeStandIn, sessionId: string): string {
  return ledger.session(sessionId).session.cancel_url ?? hereOf(sessionId);
}

/** Does what the button says and tells where the browser goes next. */
function follow({ checkout, ledger }: StripeStandIn, sessionId: string, outcome: Outcome): string {
  const here = hereOf(sessionId);
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
