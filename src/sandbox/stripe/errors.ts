import type { ErrorRequestHandler } from 'express';

type Details = { status?: number; code?: string; param?: string; type?: string };

/** A refusal as Stripe words it; `invalid_request_error` with status 400 unless told otherwise. */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly details: Omit<Details, 'status'>;

  constructor(message: string, { status = 400, ...details }: Details = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }

  body(): unknown {
    return { error: { type: 'invalid_request_error', ...this.details, message: this.message } };
  }
}

export function noSuch(kind: string, id: string, param = 'id'): StripeRefusal {
  return new StripeRefusal(`No such ${kind}: '${id}'`, { status: 404, code: 'resource_missing', param });
}

export const answerStripeRefusal: ErrorRequestHandler = (error, _request, response, next) => {
  if (!(error instanceof StripeRefusal)) return next(error);
  response.status(error.status).json(error.body());
};
