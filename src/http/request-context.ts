import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Log } from '../ports.ts';

/** The log of this request: every line written while it is handled carries its id, which the client sees as X-Request-Id. */
export const logOf = (res: Response): Log => res.locals.log as Log;
export const requestIdOf = (res: Response): string => res.locals.requestId as string;

/** Adds what a request was about to the line it is logged with. */
export function noteFor(res: Response, fields: object): void {
  res.locals.noted = { ...res.locals.noted, ...fields };
}

/**
 * Gives each request an id and a log, and logs it when answered: the route's pattern, never the URL, which may hold a
 * pickup token or a session id.
 */
export function requestContext(log: Log): RequestHandler {
  return (req, res, next) => {
    const requestId = randomUUID();
    const startedAt = performance.now();
    res.locals.requestId = requestId;
    res.locals.log = log;
    res.setHeader('X-Request-Id', requestId);
    res.once('close', () => {
      const ms = Math.round(performance.now() - startedAt);
      const route = req.route ? String(req.route.path) : 'unmatched';
      const status = res.writableFinished ? res.statusCode : 'aborted';
      const fields = { requestId, method: req.method, route, status, ms, ...res.locals.noted };
      // Probes come every few seconds and would drown the rest.
      if (route === '/healthz' || route === '/readyz' || route === '/metrics') log.debug(fields, 'request');
      else log.info(fields, 'request');
    });
    log.within({ requestId }, next);
  };
}
