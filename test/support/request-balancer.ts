import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Hands each request, whichever connection it comes on, to the next of `ports` that takes it, as a load balancer does that asks nobody how they
 * are; `ports` may change meanwhile.
 */
export async function startRequestBalancer(ports: readonly number[]) {
  let turn = 0;
  function handOn(asked: IncomingMessage, answer: ServerResponse, first: number, refused = 0): void {
    if (refused === ports.length) return void answer.destroy();
    const port = ports[(first + refused) % ports.length] as number;
    const { method, url: path, rawHeaders: headers } = asked;
    const handed = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
    let isTaken = false;
    handed.on('socket', (socket) =>
      socket.once('connect', () => {
        isTaken = true;
        asked.pipe(handed);
      }),
    );
    handed.on('response', (said) => {
      answer.writeHead(said.statusCode ?? 502, said.rawHeaders);
      said.pipe(answer);
    });
    // Refused: the next. Lost later: whoever asked is told by a connection that ends.
    handed.on('error', () => (isTaken ? void answer.destroy() : handOn(asked, answer, first, refused + 1)));
  }
  const server = createServer((asked, answer) => handOn(asked, answer, turn++));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
