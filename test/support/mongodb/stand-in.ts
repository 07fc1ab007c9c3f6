import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { runCommand, type Store } from './commands.ts';
import { createReader, writeAnswer } from './wire.ts';

/**
 * A stand-in for MongoDB over real TCP, for the real driver: what Agenda's backend asks, in memory, as a server that stands
 * alone. No MongoDB: no log-in, no TLS, no transactions, no replica set, one batch per cursor, whatever else refused loudly.
 * Where MONGODB_URL is given the same tests run on a real one.
 */
export async function startMongodbStandIn() {
  const store: Store = new Map();
  const sockets = new Set<Socket>();
  let hangs = false;
  let port = 0;
  let server: Server | undefined;

  function serve(socket: Socket): void {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const read = createReader();
    socket.on('data', (chunk) => {
      // As on a network that swallows everything: what was sent meanwhile never arrives.
      if (hangs) return;
      for (const request of read(chunk)) {
        const answer = runCommand(store, request.command);
        if (request.wantsAnswer) socket.write(writeAnswer(request, answer));
      }
    });
  }

  async function listen(): Promise<void> {
    server = createServer(serve);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as { port: number }).port;
  }

  function cutConnections(): void {
    for (const socket of sockets) socket.destroy();
  }

  async function goAway(): Promise<void> {
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    server = undefined;
    cutConnections();
    await closed;
  }

  await listen();
  return {
    url: `mongodb://127.0.0.1:${port}/comptoir_test`,
    /** What a collection holds now. */
    documents: (collection: string) => store.get(`comptoir_test.${collection}`)?.documents ?? [],
    /** Every connection cut, nobody listens. */
    goAway,
    /** Connections are taken and kept, and nothing that is asked on them is done or answered. */
    hang() {
      hangs = true;
    },
    /** Ends either outage; what was stored is still there. */
    async comeBack() {
      if (hangs) cutConnections();
      hangs = false;
      if (!server) await listen();
    },
    stop: goAway,
  };
}
export type MongodbStandIn = Awaited<ReturnType<typeof startMongodbStandIn>>;
