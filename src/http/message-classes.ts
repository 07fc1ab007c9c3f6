import { IncomingMessage, type RequestListener, type ServerOptions, ServerResponse } from 'node:http';
import type { Express } from 'express';

const isExpress = (app: RequestListener): app is RequestListener & Express => 'request' in app && 'response' in app;

/**
 * Options of `createServer` for `app`: classes whose instances are from the start what Express makes of every request and response by
 * changing its prototype, after which it has nothing left to change. Under Node 20 that change is dear: V8 then shares no shape
 * between one request and the next, and each left 7 kB of old garbage behind and took three times as long (ADR 17).
 */
export function messageClasses(app: RequestListener): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  if (!isExpress(app)) return {};
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  Object.assign(app, { request: AppRequest.prototype, response: AppResponse.prototype });
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse as typeof ServerResponse };
}
