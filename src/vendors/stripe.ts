import Stripe from 'stripe';
import type { CheckoutSession } from '../domain/payment.ts';
import { HANDLED_STRIPE_EVENTS } from '../domain/stripe-events.ts';
import type {
  CheckoutParams,
  CheckoutRequest,
  Payments,
  Period,
  StripeCharge,
  StripeDispute,
  StripeRefund,
} from '../ports.ts';
import { callStripe, callStripeUnder, everyRow, openStripe, type StripeSettings } from './stripe-client.ts';
import { readStripeEvent, verifyStripeEvent } from './stripe-events.ts';

type Session = Stripe.Checkout.Session;

const PAGE = 100;
const atOf = (seconds: number): Date => new Date(seconds * 1000);
const createdIn = ({ from, until }: Period) => ({
  created: { gte: Math.ceil(from.getTime() / 1000), lt: Math.ceil(until.getTime() / 1000) },
});
const chosenBy = (of: { paymentIntentId: string } | Period) =>
  'paymentIntentId' in of ? { payment_intent: of.paymentIntentId } : createdIn(of);
const RECEIPT = { expand: ['payment_intent.latest_charge'] };
const idOf = (value: string | { id: string } | null | undefined): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null);
const expanded = <T extends object>(value: string | T | null | undefined): T | undefined =>
  typeof value === 'object' && value !== null ? value : undefined;

function toSession(session: Session): CheckoutSession {
  const intent = expanded(session.payment_intent);
  const charge = expanded(intent?.latest_charge);
  return {
    id: session.id,
    url: session.url,
    // Stripe's types leave room for states to come; one of those would settle nothing.
    status: session.status as CheckoutSession['status'],
    paymentStatus: session.payment_status as CheckoutSession['paymentStatus'],
    amountTotalMinor: session.amount_total,
    currency: session.currency?.toUpperCase() ?? null,
    livemode: session.livemode,
    orderId: session.metadata?.orderId ?? null,
    paymentIntentId: idOf(session.payment_intent),
    receiptUrl: charge?.receipt_url ?? null,
    receiptEmail: intent?.receipt_email ?? null,
    customerEmail: session.customer_details?.email ?? session.customer_email ?? null,
    chargedAt: charge?.paid ? atOf(charge.created) : null,
  };
}

const toRefund = (refund: Stripe.Refund): StripeRefund => ({
  id: refund.id,
  refundId: refund.metadata?.refundId ?? null,
  orderId: refund.metadata?.orderId ?? expanded(refund.payment_intent)?.metadata.orderId ?? null,
  paymentIntentId: idOf(refund.payment_intent),
  amountMinor: refund.amount,
  currency: refund.currency.toUpperCase(),
  status: refund.status ?? 'pending',
  reason: refund.failure_reason ?? refund.reason,
  createdAt: atOf(refund.created),
});

const toCharge = (charge: Stripe.Charge): StripeCharge => ({
  id: charge.id,
  paymentIntentId: idOf(charge.payment_intent),
  orderId: charge.metadata.orderId ?? null,
  amountMinor: charge.amount_captured,
  currency: charge.currency.toUpperCase(),
  createdAt: atOf(charge.created),
});

const toDispute = (dispute: Stripe.Dispute): StripeDispute => ({
  id: dispute.id,
  paymentIntentId: idOf(dispute.payment_intent),
  amountMinor: dispute.amount,
  currency: dispute.currency.toUpperCase(),
  status: dispute.status,
  reason: dispute.reason,
  dueBy: dispute.evidence_details?.due_by ? atOf(dispute.evidence_details.due_by) : null,
  fundsWithdrawn: dispute.balance_transactions.reduce((sum, transaction) => sum + transaction.amount, 0) < 0,
});

/** Amounts are in minor units on both sides: zero-decimal currencies need nothing. */
function checkoutParams(publicUrl: string, request: CheckoutRequest): CheckoutParams {
  const { orderId, attemptId, orderNumber, customerId } = request;
  const metadata = { orderId, attemptId, orderNumber, customerId };
  const params: Stripe.Checkout.SessionCreateParams = {
    mode: 'payment',
    client_reference_id: request.orderId,
    line_items: request.lines.map(({ label, unitPriceMinor, quantity }) => ({
      quantity,
      price_data: {
        currency: request.currency.toLowerCase(),
        unit_amount: unitPriceMinor,
        product_data: { name: label },
      },
    })),
    locale: request.locale,
    success_url: `${publicUrl}/payment/success?session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: `${publicUrl}/payment/cancel?order_id=${encodeURIComponent(request.orderId)}`,
    expires_at: Math.floor(request.expiresAt.getTime() / 1000),
    metadata,
    // Copied to the payment intent: refunds, disputes and its own events name the order too.
    payment_intent_data: { metadata, ...(request.email && { receipt_email: request.email }) },
    ...(request.email && { customer_email: request.email }),
  };
  return params as unknown as CheckoutParams;
}

/** Stripe Checkout. Calls throw AppError; `webhookSecrets` are all tried, so that they can be rotated. */
export function createPayments(
  settings: StripeSettings & { webhookSecrets: readonly string[]; publicUrl: string },
): Payments {
  const stripe = openStripe(settings);

  async function retrieve(sessionId: string): Promise<CheckoutSession> {
    return toSession(await callStripe(() => stripe.checkout.sessions.retrieve(sessionId, RECEIPT)));
  }

  return {
    livemode: /^(sk|rk)_live_/.test(settings.secretKey),
    checkoutParams: (request) => checkoutParams(settings.publicUrl, request),

    async createCheckoutSession(params, idempotencyKey) {
      return toSession(
        await callStripeUnder(idempotencyKey, (under) => stripe.checkout.sessions.create(params, under)),
      );
    },

    retrieveCheckoutSession: retrieve,

    async expireCheckoutSession(sessionId) {
      try {
        return toSession(await stripe.checkout.sessions.expire(sessionId));
      } catch (error) {
        // Not open any more: expired already, or complete, which must be settled (faults 16, 17).
        if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 400) {
          return retrieve(sessionId);
        }
        return callStripe(() => Promise.reject(error));
      }
    },

    async lastPaymentError(paymentIntentId) {
      const intent = await callStripe(() => stripe.paymentIntents.retrieve(paymentIntentId));
      const error = intent.last_payment_error;
      return { code: error?.decline_code ?? error?.code ?? null, status: intent.status };
    },

    async orderOfPaymentIntent(paymentIntentId) {
      const intent = await callStripe(() => stripe.paymentIntents.retrieve(paymentIntentId));
      return intent.metadata.orderId ?? null;
    },

    async refund({ refundId, paymentIntentId, amountMinor, orderId }, idempotencyKey) {
      const params = { payment_intent: paymentIntentId, amount: amountMinor, metadata: { orderId, refundId } };
      return toRefund(await callStripeUnder(idempotencyKey, (under) => stripe.refunds.create(params, under)));
    },

    async retrieveRefund(refundId) {
      return toRefund(await callStripe(() => stripe.refunds.retrieve(refundId)));
    },

    async listRefunds(of) {
      // A refund made in the Dashboard names no order; its payment intent does.
      const expand = 'paymentIntentId' in of ? {} : { expand: ['data.payment_intent'] };
      const refunds: StripeRefund[] = [];
      for await (const refund of everyRow(stripe.refunds.list({ ...chosenBy(of), ...expand, limit: PAGE })))
        refunds.push(toRefund(refund));
      return refunds;
    },

    async listCharges(of) {
      const charges: StripeCharge[] = [];
      for await (const charge of everyRow(stripe.charges.list({ ...chosenBy(of), limit: PAGE })))
        if (charge.status === 'succeeded' && charge.captured) charges.push(toCharge(charge));
      return charges;
    },

    async retrieveDispute(disputeId) {
      return toDispute(await callStripe(() => stripe.disputes.retrieve(disputeId)));
    },

    async retrieveFraudWarning(warningId) {
      const warning = await callStripe(() => stripe.radar.earlyFraudWarnings.retrieve(warningId));
      const { id, actionable, fraud_type: fraudType } = warning;
      return { id, actionable, fraudType, paymentIntentId: idOf(warning.payment_intent) };
    },

    async *listEvents(period) {
      const params = { ...createdIn(period), types: [...HANDLED_STRIPE_EVENTS], limit: PAGE };
      for await (const event of everyRow(stripe.events.list(params))) yield readStripeEvent(event);
    },

    verifyEvent: (rawBody, signature) => verifyStripeEvent(rawBody, signature, settings.webhookSecrets),
    readEvent: readStripeEvent,
  };
}
