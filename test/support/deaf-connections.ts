import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * The PostgreSQL at `databaseUrl` behind something that can forget connections, as a firewall or a failover does: those open when
 * it is told to neither end nor say anything more, new ones pass.
 */
export async function forgetfulWayTo(databaseUrl: string) {
  const direct = new URL(databaseUrl);
  const open: { isDeaf: boolean; sockets: Socket[] }[] = [];
  let forgetsNew = false;
  const proxy = createServer((near) => {
    const far = connect({ host: direct.hostname, port: Number(direct.port) });
    const connection = { isDeaf: forgetsNew, sockets: [near, far] };
    open.push(connection);
    const pass = (to: Socket) => (data: Buffer) => {
      if (!connection.isDeaf) to.write(data);
    };
    near.on('data', pass(far)).on('error', () => {});
    far.on('data', pass(near)).on('error', () => {});
    near.on('close', () => far.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    url: url.toString(),
    countConnections: () => open.length,
    forgetAll() {
      for (const connection of open) connection.isDeaf = true;
    },
    /** From now on new connections are taken and never answered, or pass again. */
    forgetNew(does: boolean) {
      forgetsNew = does;
    },
    async stop() {
      for (const { sockets } of open) for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
