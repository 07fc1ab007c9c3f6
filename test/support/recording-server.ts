import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../../src/embedded/free-port.ts';

export type Recorded = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
type Answer = {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  /** In place of JSON. */
  text?: string;
  bytes?: Buffer;
  /** Begins with `bytes` and never ends. */
  endless?: true;
  hang?: true;
  cut?: true;
};

/** A vendor's server of the test's own: remembers what arrives and answers what the test says. Close it in afterAll. */
export async function startRecordingServer(answer: (request: Recorded) => Answer) {
  const requests: Recorded[] = [];
  let respond = answer;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const recorded = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      requests.push(recorded);
      send(response, respond(recorded));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** The parsed form or JSON body of the latest request to a path that contains `part`. */
    last(part: string): Recorded {
      const found = requests.findLast((request) => request.path.includes(part));
      if (!found) throw new Error(`nothing was sent to ${part}`);
      return found;
    },
    answers(next: (request: Recorded) => Answer) {
      requests.length = 0;
      respond = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
export type RecordingServer = Awaited<ReturnType<typeof startRecordingServer>>;

function send(
  response: ServerResponse,
  { status = 200, headers, json = {}, text, bytes, endless, hang, cut }: Answer,
): void {
  if (hang) return; // the caller's timeout ends it
  if (cut) {
    response.destroy();
    return;
  }
  if (endless) {
    response.writeHead(status, headers);
    const pour = () => {
      while (!response.destroyed && response.write(bytes ?? Buffer.alloc(65_536)));
    };
    response.on('drain', pour);
    pour();
    return;
  }
  const type = text === undefined ? 'application/json' : 'text/plain';
  response.writeHead(status, { 'content-type': type, ...headers }).end(bytes ?? text ?? JSON.stringify(json));
}

/** An address on which nobody listens, nor will. */
export async function closedAddress(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}
