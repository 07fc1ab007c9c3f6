import type Stripe from 'stripe';
import { vendorId } from '../ids.ts';
import { noAddress } from './resources.ts';

/** A session with what Checkout has to remember of the request that made it. */
export type StoredSession = {
  session: Stripe.Checkout.Session;
  lineItems: Stripe.LineItem[];
  intentMetadata: Record<string, string>;
  intentDescription: string | null;
  receiptEmail: string | null;
  /** What the customer typed into the page's email field. */
  typedEmail?: string;
  bankOwes: boolean;
};

type Line = { name: string; currency: string; unitAmount: number; quantity: number; created: number };

export function newLineItem({ name, currency, unitAmount, quantity, created }: Line): Stripe.LineItem {
  const total = unitAmount * quantity;
  return {
    id: vendorId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: total,
    amount_tax: 0,
    amount_total: total,
    currency,
    description: name,
    metadata: {},
    price: {
      id: vendorId('price'),
      object: 'price',
      active: false,
      billing_scheme: 'per_unit',
      created,
      currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product: vendorId('prod'),
      recurring: null,
      tax_behavior: 'unspecified',
      tiers_mode: null,
      transform_quantity: null,
      type: 'one_time',
      unit_amount: unitAmount,
      unit_amount_decimal: String(unitAmount),
    },
    quantity,
  } as unknown as Stripe.LineItem;
}

/** `expiresAt` in seconds since 1970; `checkoutUrl` with {ID} where the session's id goes. */
type SessionFacts = {
  nowSeconds: number;
  checkoutUrl: string;
  successUrl: string;
  cancelUrl: string | null;
  clientReferenceId: string | null;
  email: string | null;
  expiresAt: number;
  locale: string | null;
  metadata: Record<string, string>;
  submitType: string | null;
  lineItems: Stripe.LineItem[];
};

export function newSession(facts: SessionFacts): Stripe.Checkout.Session {
  const { nowSeconds, lineItems, email } = facts;
  const total = lineItems.reduce((sum, item) => sum + item.amount_total, 0);
  const id = vendorId('cs_test');
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: facts.cancelUrl,
    client_reference_id: facts.clientReferenceId,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: nowSeconds,
    currency: lineItems[0]?.currency ?? null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: null,
    customer_account: null,
    customer_creation: 'if_required',
    customer_details: email === null ? null : customerDetails(email),
    customer_email: email,
    discounts: [],
    expires_at: facts.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: facts.locale,
    managed_payments: null,
    metadata: facts.metadata,
    mode: 'payment',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card', 'klarna'],
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: facts.submitType,
    subscription: null,
    success_url: facts.successUrl,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: facts.checkoutUrl.replace('{ID}', id),
    wallet_options: null,
  } as unknown as Stripe.Checkout.Session;
}

/** What Checkout learns of the customer; the sandbox's card form asks for nothing but an email. */
export function customerDetails(email: string | null): Stripe.Checkout.Session.CustomerDetails {
  return {
    address: noAddress(),
    business_name: null,
    email,
    individual_name: null,
    name: null,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  } as Stripe.Checkout.Session.CustomerDetails;
}
