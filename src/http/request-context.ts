import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Log } from '../ports.ts';

/** The log of this request: every line carries its id, which the client sees as X-Request-Id. */
export const logOf = (res: Response): Log => res.locals.log as Log;
export const requestIdOf = (res: Response): string => res.locals.requestId as string;

/**
 * Gives each request an id and a log, and logs it when answered: the route's pattern, never the URL, which may hold a
 * pickup token or a session id.
 */
export function requestContext(log: Log): RequestHandler {
  return (req, res, next) => {
    const requestId = randomUUID();
    const startedAt = performance.now();
    res.locals.requestId = requestId;
    res.locals.log = log.child({ requestId });
    res.setHeader('X-Request-Id', requestId);
    res.once('close', () => {
      const ms = Math.round(performance.now() - startedAt);
      const route = req.route ? String(req.route.path) : 'unmatched';
      const status = res.writableFinished ? res.statusCode : 'aborted';
      const fields = { method: req.method, route, status, ms };
      // Probes come every few seconds and would drown the rest.
      if (route === '/healthz' || route === '/readyz' || route === '/metrics') logOf(res).debug(fields, 'request');
      else logOf(res).info(fields, 'request');
    });
    next();
  };
}
