import type { Request, Response } from 'express';
import type { Faults } from '../faults.ts';
import type { SandboxStore } from '../store.ts';
import type { Checkout } from './checkout.ts';
import type { StripeEvents } from './events.ts';
import { type Form, listOf, parseForm } from './form.ts';
import type { Ledger } from './ledger.ts';
import type { Refunds } from './refunds.ts';

export type StripeParts = {
  store: SandboxStore;
  ledger: Ledger;
  events: StripeEvents;
  checkout: Checkout;
  refunds: Refunds;
  faults: Faults;
  secretKey: string;
  /** What deliveries are signed with. */
  webhookSecret: string;
  nowSeconds: () => number;
  checkoutUrl: () => string;
};

export function formOf(request: Request): Form {
  return parseForm(typeof request.body === 'string' ? request.body : '');
}

export function queryOf(request: Request): Form {
  return parseForm(new URL(request.originalUrl, 'http://sandbox').search.slice(1));
}

/** Answers with an object, its asked-for parts filled in. */
export function answer(parts: StripeParts, request: Request, response: Response, object: object): void {
  const form = request.method === 'GET' ? queryOf(request) : formOf(request);
  const paths = listOf(form, 'expand').filter((path) => typeof path === 'string');
  response.json(parts.ledger.expand(object, paths));
}
