import type Stripe from 'stripe';
import { noSuch, StripeRefusal } from './errors.ts';
import { type Form, type FormValue, integerOf, listOf, mapOf, metadataOf, refuseUnknown, textOf } from './form.ts';
import { newLineItem, newSession, type StoredSession } from './session-object.ts';

/** Every parameter of the operation; `payment_method_types` left Checkout on 2026-09-30. */
const KNOWN = new Set(
  [
    'adaptive_pricing after_expiration allow_promotion_codes allowed_payment_method_types automatic_tax',
    'billing_address_collection branding_settings cancel_url client_reference_id consent_collection currency',
    'custom_fields custom_text customer customer_account customer_creation customer_email customer_update discounts',
    'excluded_payment_method_types expand expires_at integration_identifier invoice_creation line_items locale',
    'managed_payments metadata mode name_collection optional_items origin_context payment_intent_data',
    'payment_method_collection payment_method_configuration payment_method_data payment_method_options permissions',
    'phone_number_collection redirect_on_completion return_url saved_payment_method_options setup_intent_data',
    'shipping_address_collection shipping_options submit_type subscription_data success_url tax_id_collection ui_mode',
    'wallet_options',
  ].flatMap((names) => names.split(' ')),
);

const MIN_LIFE_SECONDS = 30 * 60;
const MAX_LIFE_SECONDS = 24 * 3600;
/** Stripe measures expires_at at its own clock; a call that was a moment on its way is not refused for it. */
const LIFE_TOLERANCE_SECONDS = 5;
const MIN_TOTAL_MINOR = 50;

/** Reads POST /v1/checkout/sessions, refusing what Stripe refuses. */
export function sessionFrom(form: Form, context: { nowSeconds: number; checkoutUrl: string }): StoredSession {
  refuseUnknown(form, KNOWN);
  if (textOf(form, 'mode') !== 'payment') {
    throw new StripeRefusal('The sandbox only knows `mode=payment`.', { param: 'mode' });
  }
  const successUrl = urlOf(form, 'success_url');
  if (successUrl === null) {
    throw new StripeRefusal('Missing required param: success_url.', {
      code: 'parameter_missing',
      param: 'success_url',
    });
  }
  const customer = textOf(form, 'customer');
  if (customer !== null) throw noSuch('customer', customer, 'customer');
  const lineItems = lineItemsFrom(listOf(form, 'line_items'), context.nowSeconds);
  const intentData = mapOf(form, 'payment_intent_data');
  const session = newSession({
    ...context,
    successUrl,
    cancelUrl: urlOf(form, 'cancel_url'),
    clientReferenceId: textOf(form, 'client_reference_id'),
    email: textOf(form, 'customer_email'),
    expiresAt: expiryFrom(form, context.nowSeconds),
    locale: textOf(form, 'locale'),
    metadata: metadataOf(form),
    submitType: textOf(form, 'submit_type'),
    lineItems,
  });
  return {
    session,
    lineItems,
    intentMetadata: metadataOf(intentData, 'payment_intent_data[metadata]'),
    intentDescription: textOf(intentData, 'description'),
    receiptEmail: textOf(intentData, 'receipt_email'),
    bankOwes: false,
  };
}

function expiryFrom(form: Form, nowSeconds: number): number {
  const asked = integerOf(form, 'expires_at');
  if (asked === null) return nowSeconds + MAX_LIFE_SECONDS;
  const life = asked - nowSeconds;
  if (life < MIN_LIFE_SECONDS - LIFE_TOLERANCE_SECONDS) {
    throw new StripeRefusal('The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.', {
      param: 'expires_at',
    });
  }
  if (life > MAX_LIFE_SECONDS) {
    throw new StripeRefusal('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', {
      param: 'expires_at',
    });
  }
  return asked;
}

function urlOf(form: Form, key: string): string | null {
  const url = textOf(form, key);
  if (url !== null && !/^https?:\/\//.test(url)) {
    throw new StripeRefusal('Not a valid URL', { code: 'url_invalid', param: key });
  }
  return url;
}

function lineItemsFrom(items: FormValue[], created: number): Stripe.LineItem[] {
  if (items.length === 0) {
    const message = 'You must provide at least one line item in `payment` mode.';
    throw new StripeRefusal(message, { code: 'parameter_missing', param: 'line_items' });
  }
  if (items.length > 100) {
    throw new StripeRefusal('Array line_items exceeded maximum 100 allowed elements.', { param: 'line_items' });
  }
  const built = items.map((item, index) => lineItemFrom(item, `line_items[${index}]`, created));
  if (new Set(built.map((item) => item.currency)).size > 1) {
    throw new StripeRefusal('All line items must have the same currency.', { param: 'line_items' });
  }
  const total = built.reduce((sum, item) => sum + item.amount_total, 0);
  if (total !== 0 && total < MIN_TOTAL_MINOR) {
    const message = "The Checkout Session's total amount due must add up to at least 0.50.";
    throw new StripeRefusal(message, { code: 'amount_too_small' });
  }
  return built;
}

function lineItemFrom(item: FormValue, param: string, created: number): Stripe.LineItem {
  if (typeof item === 'string' || Array.isArray(item)) throw new StripeRefusal(`Invalid ${param}`, { param });
  const price = textOf(item, 'price');
  if (price !== null) throw noSuch('price', price, `${param}[price]`);
  const data = mapOf(item, 'price_data');
  const name = textOf(mapOf(data, 'product_data'), 'name');
  const currency = textOf(data, 'currency')?.toLowerCase() ?? '';
  const unitAmount = integerOf(data, 'unit_amount', `${param}[price_data][unit_amount]`);
  const quantity = integerOf(item, 'quantity', `${param}[quantity]`);
  if (name === null || name.length > 250) throw missing(`${param}[price_data][product_data][name]`);
  if (!/^[a-z]{3}$/.test(currency)) throw missing(`${param}[price_data][currency]`);
  if (unitAmount === null || unitAmount < 0) throw missing(`${param}[price_data][unit_amount]`);
  if (quantity === null || quantity < 1) throw missing(`${param}[quantity]`);
  return newLineItem({ name, currency, unitAmount, quantity, created });
}

function missing(param: string): StripeRefusal {
  return new StripeRefusal(`Missing or invalid required param: ${param}.`, { code: 'parameter_missing', param });
}
