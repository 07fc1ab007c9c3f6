import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Log, Meter, Tracer } from '../ports.ts';

/** The log of this request: every line written while it is handled carries its id, which the client sees as X-Request-Id. */
export const logOf = (res: Response): Log => res.locals.log as Log;
export const requestIdOf = (res: Response): string => res.locals.requestId as string;

/** Adds what a request was about to the line it is logged with. */
export function noteFor(res: Response, fields: object): void {
  res.locals.noted = { ...res.locals.noted, ...fields };
}

/** The route's pattern, never the URL, which may hold a pickup token or a session id. */
const routeOf = (req: Request): string => (req.route ? String(req.route.path) : 'unmatched');

const METHODS = new Set(['GET', 'HEAD', 'POST']);
// They come every few seconds and would drown the rest of the log.
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);
const isEventStream = (res: Response): boolean =>
  String(res.getHeader('Content-Type') ?? '').startsWith('text/event-stream');

/**
 * Gives each request an id and a log. When it is over, logs it, and times it by its route's pattern and the class of its
 * status; event streams are open for hours and are not timed.
 */
export function requestContext({ log, meter }: { log: Log; meter: Meter }): RequestHandler {
  return (req, res, next) => {
    const requestId = randomUUID();
    const startedAt = performance.now();
    res.locals.requestId = requestId;
    res.locals.log = log;
    res.setHeader('X-Request-Id', requestId);
    res.once('close', () => {
      const elapsedMs = performance.now() - startedAt;
      const route = routeOf(req);
      const { method } = req;
      const isAnswered = res.writableFinished;
      const status = isAnswered ? res.statusCode : 'aborted';
      const fields = { requestId, method, route, status, ms: Math.round(elapsedMs), ...res.locals.noted };
      if (PROBES.has(route)) log.debug(fields, 'request');
      else log.info(fields, 'request');
      if (isEventStream(res)) return;
      const labels = {
        method: METHODS.has(method) ? method : 'other',
        route,
        status: isAnswered ? `${Math.floor(res.statusCode / 100)}xx` : 'aborted',
      };
      meter.observe('http_request_seconds', labels, elapsedMs / 1000);
    });
    log.within({ requestId }, next);
  };
}

// Probes and files of our own, which are most requests and tell nothing.
const UNTRACED = /^\/(?:healthz|readyz|metrics|assets\/.*)$/;

/** A span from a request's arrival until it is answered or given up, named "GET /staff/orders/:orderId". */
export function requestSpan(tracer: Tracer): RequestHandler {
  return (req, res, next) => {
    if (UNTRACED.test(req.path)) return next();
    const { method } = req;
    const attributes = { requestId: requestIdOf(res), 'http.request.method': method };
    void tracer.span({ name: method, kind: 'server', attributes }, async (span) => {
      const over = new Promise((resolve) => res.once('close', resolve));
      next();
      await over;
      const route = routeOf(req);
      span.rename(`${method} ${route}`);
      span.note({ 'http.route': route });
      if (!res.writableFinished) return span.fail('aborted');
      span.note({ 'http.response.status_code': res.statusCode });
      if (res.statusCode >= 500) span.fail(String(res.statusCode));
    });
  };
}
