import { createServer, type RequestListener } from 'node:http';
import { AppError } from './domain/errors.ts';
import type { Log } from './ports.ts';

// Heroku sends SIGKILL 30 seconds after SIGTERM.
const STOP_WITHIN_MS = 25_000;

export type Listening = { port: number; close(): Promise<void> };

/**
 * How slowly a request may come in: whoever sends a byte a minute holds no connection for long. Photographs and catalogues over a
 * phone's bad line fit; answers and event streams are not meant.
 */
export const SLOWEST_REQUEST = { headersTimeout: 15_000, requestTimeout: 120_000, connectionsCheckingInterval: 5_000 };

/** Listens on `port` (0: any free one) and answers the port it got. `close` waits for requests under way. */
export async function listen(
  app: RequestListener,
  port: number,
  host?: string,
  slowest = SLOWEST_REQUEST,
): Promise<Listening> {
  const server = createServer(slowest, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new AppError('port_in_use', `port ${port} is in use: set PORT to another one`) : error);
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Event streams never end by themselves.
        setTimeout(() => server.closeAllConnections(), 2_000).unref();
      }),
  };
}

/** Runs `stop` once on SIGTERM or SIGINT and exits; exits anyway when it takes too long. */
export function stopOnSignals(log: Log, stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping: finishing what was begun');
    setTimeout(() => {
      log.error({}, 'did not stop in time: leases hand the rest to other workers');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    stop().then(
      () => process.exit(0),
      (error) => {
        log.error({ error: String(error) }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
}
