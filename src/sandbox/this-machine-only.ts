import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const LOOPBACK_NAME = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'forwarded'] as const;

/** Whether a request was made on this machine, and not passed on by a tunnel or proxy that runs here. */
export function isFromThisMachine({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): boolean {
  const isLocal = LOOPBACK.test(socket.remoteAddress ?? '') && FORWARDED.every((name) => headers[name] === undefined);
  // A page elsewhere whose name was pointed at 127.0.0.1 still says its own name.
  return isLocal && LOOPBACK_NAME.test(headers.host ?? '');
}

/** Refuses everybody else: the chat page speaks for any customer, and shows the demo's staff password. */
export const thisMachineOnly: RequestHandler = (request, response, next) => {
  if (isFromThisMachine(request)) return next();
  response.status(403).json({
    error: 'this_machine_only',
    advice: 'Open the chat page on the machine that runs the shop: http://localhost (ssh -L brings it to yours).',
  });
};
