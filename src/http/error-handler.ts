import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { AppError } from '../domain/errors.ts';
import { errorPage } from './error-page.tsx';
import type { Shop } from './needs.ts';
import { browserLocale, sendPage } from './page.tsx';
import { logOf, requestIdOf } from './request-context.ts';

/** The reason a client is given: our own words for the status, never the error's. */
const REASONS: Record<number, string> = {
  400: 'bad_request',
  404: 'not_found',
  413: 'too_large',
  415: 'unsupported_media_type',
  500: 'internal_error',
  503: 'unavailable',
};

// What only machines call answers JSON whatever they accept.
const isMachineRoute = (path: string) =>
  /^\/(whatsapp|webhook|cron|healthz|readyz|metrics|media)\b|verify-session/.test(path);

/** The only place where a fault becomes a status. */
function statusOf(error: unknown): number {
  if (error instanceof AppError) return error.retryable ? 503 : 500;
  // body-parser and the router (malformed %-encoding) say which 4xx they mean.
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

/** What body-parser and the router call their refusal: their messages quote the address and headers as they came. */
function refusalOf(error: unknown): string {
  const { type, name } = (error ?? {}) as { type?: unknown; name?: unknown };
  return typeof type === 'string' ? type : typeof name === 'string' ? name : 'unknown';
}

function answer(req: Request, res: Response, shop: Shop, status: number) {
  const reason = REASONS[status] ?? REASONS[status < 500 ? 400 : 500] ?? 'error';
  const wantsPage = !isMachineRoute(req.path) && req.accepts(['json', 'html']) === 'html';
  const requestId = requestIdOf(res);
  if (wantsPage) return sendPage(res, status, errorPage({ shop, locale: browserLocale(req), status, requestId }));
  res.status(status).json({ error: reason, requestId });
}

/** Answers anything thrown: no message and no stack of it reaches the client, the log has them under the request's id. */
export function errorHandler(shop: Shop): ErrorRequestHandler {
  return (error, req, res, _next) => {
    const status = statusOf(error);
    if (status >= 500) logOf(res).error({ status, error }, 'request failed');
    else logOf(res).info({ status, reason: refusalOf(error) }, 'request refused');
    // Half an answer cannot be taken back: cutting it short tells the client that it is not whole.
    if (res.headersSent) return void res.destroy();
    if (status === 503) res.setHeader('Retry-After', '30');
    answer(req, res, shop, status);
  };
}

/** For whatever no route matched. */
export function notFound(shop: Shop): RequestHandler {
  return (req, res) => answer(req, res, shop, 404);
}
