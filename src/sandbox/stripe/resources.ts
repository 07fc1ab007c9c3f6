import type Stripe from 'stripe';
import { vendorId } from '../ids.ts';

export const API_VERSION = '2026-10-28.endive';

type Money = { amount: number; currency: string; created: number };

/** What a payment intent is before anything was tried with it. */
export function newIntent(
  money: Money & { metadata: Record<string, string>; description: string | null; receiptEmail: string | null },
): Stripe.PaymentIntent {
  const id = vendorId('pi');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: money.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${vendorId('x').slice(2, 27)}`,
    confirmation_method: 'automatic',
    created: money.created,
    currency: money.currency,
    customer: null,
    customer_account: null,
    description: money.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: money.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: money.receiptEmail,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_group: null,
  } as Stripe.PaymentIntent;
}

export type ChargeOutcome = { paid: boolean; failureCode: string | null; failureMessage: string | null; last4: string };

/** One attempt at taking the money of an intent by card. */
export function newCharge(
  intent: Stripe.PaymentIntent,
  {
    created,
    email,
    receiptUrl,
    outcome,
  }: { created: number; email: string | null; receiptUrl: string; outcome: ChargeOutcome },
): Stripe.Charge {
  const id = vendorId('ch');
  const { paid } = outcome;
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: paid ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: paid ? vendorId('txn') : null,
    billing_details: { address: noAddress(), email, name: 'Sandbox', phone: null, tax_id: null },
    calculated_statement_descriptor: 'SANDBOX',
    captured: paid,
    created,
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: outcome.failureCode,
    failure_message: outcome.failureMessage,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: paid ? null : '01',
      network_status: paid ? 'approved_by_network' : 'declined_by_network',
      reason: paid ? null : 'generic_decline',
      risk_level: 'normal',
      seller_message: paid ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
      type: paid ? 'authorized' : 'issuer_declined',
    },
    paid,
    payment_intent: intent.id,
    payment_method: vendorId('pm'),
    payment_method_details: { card: cardDetails(outcome.last4), type: 'card' },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: paid ? receiptUrl.replace('{CHARGE_ID}', id) : null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: paid ? 'succeeded' : 'failed',
    transfer_data: null,
    transfer_group: null,
  } as Stripe.Charge;
}

export type RefundStatus = 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';

export function newRefund(
  charge: Stripe.Charge,
  details: {
    amount: number;
    created: number;
    reason: string | null;
    metadata: Record<string, string>;
    status: RefundStatus;
  },
): Stripe.Refund {
  return {
    id: vendorId('re'),
    object: 'refund',
    amount: details.amount,
    balance_transaction: vendorId('txn'),
    charge: charge.id,
    created: details.created,
    currency: charge.currency,
    customer: null,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: details.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(details.status === 'pending' && { pending_reason: 'processing' }),
    reason: details.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: details.status,
    transfer_reversal: null,
  } as Stripe.Refund;
}

export function noAddress(): Stripe.Address {
  return { city: null, country: null, line1: null, line2: null, postal_code: null, state: null } as Stripe.Address;
}

function cardDetails(last4: string): unknown {
  return {
    amount_authorized: null,
    authorization_code: null,
    brand: 'visa',
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'FR',
    electronic_commerce_indicator: null,
    exp_month: 12,
    exp_year: 2034,
    fingerprint: 'sandbox',
    funding: 'credit',
    installments: null,
    last4,
    mandate: null,
    network: 'visa',
    network_token: { used: false },
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  };
}
