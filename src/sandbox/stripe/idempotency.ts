import { createHash } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { vendorId } from '../ids.ts';
import type { Collection, SandboxStore } from '../store.ts';
import { StripeRefusal } from './errors.ts';

type Answered = { fingerprint: string; status: number; body: unknown; requestId: string };

/**
 * Stripe's Idempotency-Key: the same key with the same parameters gets the first answer again, with other parameters
 * an error. Refused parameters are not remembered, since nothing was begun; server errors are.
 * https://docs.stripe.com/api/idempotent_requests
 */
export function idempotency(store: SandboxStore): RequestHandler {
  const answers: Collection<Answered> = store.collection('stripe_idempotency_keys');
  return (request: Request, response: Response, next: NextFunction) => {
    const requestId = vendorId('req');
    response.set('request-id', requestId);
    const key = request.get('idempotency-key');
    if (request.method !== 'POST' || !key) return next();
    if (key.length > 255) throw new StripeRefusal('Idempotency keys may be at most 255 characters.');
    const fingerprint = createHash('sha256')
      .update(`${request.path}\n${request.body ?? ''}`)
      .digest('hex');
    const known = answers.get(key);
    if (known) return replay(known, { key, fingerprint, response });
    response.set('idempotency-key', key);
    const json = response.json.bind(response);
    response.json = (body: unknown) => {
      const remembered = response.statusCode < 400 || response.statusCode >= 500;
      if (remembered) answers.put(key, { fingerprint, status: response.statusCode, body, requestId });
      return json(body);
    };
    next();
  };
}

function replay(known: Answered, now: { key: string; fingerprint: string; response: Response }): void {
  if (known.fingerprint !== now.fingerprint) {
    throw new StripeRefusal(
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
        `Try using a key other than '${now.key}' if you meant to execute a different request.`,
      { type: 'idempotency_error' },
    );
  }
  now.response
    .set({ 'idempotency-key': now.key, 'idempotent-replayed': 'true', 'original-request': known.requestId })
    .status(known.status)
    .json(known.body);
}
