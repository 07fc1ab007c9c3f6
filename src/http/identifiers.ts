/** Shapes of the ids that reach us in URLs: anything else is refused before the database or Stripe is asked. */

/** cs_test_..., cs_live_...: https://docs.stripe.com/api/checkout/sessions/object */
export const isCheckoutSessionId = (value: string): boolean => /^cs_[A-Za-z0-9_]{1,250}$/.test(value);

/** A query parameter given once; anything else (absent, repeated) is ''. */
export const single = (value: unknown): string => (typeof value === 'string' ? value : '');
