/** An open Checkout Session as Stripe answers it. */
export const checkoutSession = (more: object = {}) => ({
  id: 'cs_test_1',
  object: 'checkout.session',
  url: 'https://checkout.stripe.com/c/pay/cs_test_1',
  status: 'open',
  payment_status: 'unpaid',
  amount_total: 35960,
  currency: 'eur',
  livemode: false,
  metadata: { orderId: 'o-1' },
  payment_intent: null,
  ...more,
});
