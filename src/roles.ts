import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { AppError, describeError } from './domain/errors.ts';
import { messageClasses } from './http/message-classes.ts';
import type { Log } from './ports.ts';

// Heroku sends SIGKILL 30 seconds after SIGTERM.
const STOP_WITHIN_MS = 25_000;
/** How long after SIGTERM what was begun may still take; the rest of the time is for handing back what was not done. */
export const FINISH_WITHIN_MS = 15_000;
const LOOK_FOR_IDLE_MS = 50;

export type Listening = { port: number; close(): Promise<void> };

/** Event streams never end by themselves; whoever reads one asks for it again, from another process. */
const isEventStream = (response: ServerResponse) =>
  String(response.getHeader('content-type')).startsWith('text/event-stream');

/**
 * How slowly a request may come in: whoever sends a byte a minute holds no connection for long. Photographs and catalogues over a
 * phone's bad line fit; answers and event streams are not meant.
 */
export const SLOWEST_REQUEST = { headersTimeout: 15_000, requestTimeout: 120_000, connectionsCheckingInterval: 5_000 };

type ListenOptions = {
  host?: string;
  /** Which configures the port, for who finds it taken. */
  key?: string;
  slowest?: typeof SLOWEST_REQUEST;
};

/**
 * Listens on `port` (0: any free one) and answers the port it got. `close` takes no more connections, ends event streams
 * and waits for requests under way, up to FINISH_WITHIN_MS.
 */
export async function listen(app: RequestListener, port: number, options: ListenOptions = {}): Promise<Listening> {
  const { host, key = 'PORT', slowest = SLOWEST_REQUEST } = options;
  const server = createServer({ ...slowest, ...messageClasses(app) }, app);
  const open = new Set<ServerResponse>();
  server.on('request', (_, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new AppError('port_in_use', `port ${port} is in use: set ${key} to another one`) : error);
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: async () => {
      const isClosed = new Promise<void>((resolve) => void server.close(() => resolve()));
      // A connection that has had its answer would be kept for a next request.
      const idle = setInterval(() => {
        for (const response of open) if (isEventStream(response)) response.end();
        server.closeIdleConnections();
      }, LOOK_FOR_IDLE_MS);
      const end = setTimeout(() => server.closeAllConnections(), FINISH_WITHIN_MS);
      await isClosed;
      clearInterval(idle);
      clearTimeout(end);
    },
  };
}

type Stop = () => Promise<unknown>;

/**
 * Ends a process's parts: those of one stage side by side, each stage when the one before has ended. A part that fails is logged and
 * holds up no other. Answers whether all ended well.
 */
export async function stopInStages(log: Log, stages: Stop[][]): Promise<boolean> {
  let isWell = true;
  for (const stage of stages)
    for (const end of await Promise.allSettled(stage.map(async (stop) => stop()))) {
      if (end.status === 'fulfilled') continue;
      isWell = false;
      log.error({ error: describeError(end.reason) }, 'a part did not stop well');
    }
  return isWell;
}

/** On the first SIGTERM or SIGINT ends what `stages` hold (stopInStages) and exits; exits anyway when that takes too long. */
export function stopOnSignals(log: Log, stages: Stop[][]): void {
  let isStopping = false;
  const onSignal = async (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'stopping: finishing what was begun');
    setTimeout(() => {
      log.error({}, 'did not stop in time: leases hand the rest to other workers');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    if (!(await stopInStages(log, stages))) process.exitCode = 1;
    // It may be 1 already: of a process that stops because it cannot go on (vendors/first-call.ts).
    process.exit();
  };
  // Not once: Ctrl+C under npm comes twice, from the terminal and from npm, and the second would kill.
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
