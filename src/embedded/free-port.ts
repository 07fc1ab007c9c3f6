import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Systems take the ports of outgoing connections, and of who listens on port 0, from 32768 (Linux) or 49152 upwards: one of those
// could be given to another before it is listened on.
const LOWEST = 10_000;
const HIGHEST = 32_000;
const TRIES = 100;

/** A port nobody listens on, and which the system gives to nobody who does not ask for it by its number. */
export async function freePort(): Promise<number> {
  for (let tried = 1; ; tried++) {
    const port = randomInt(LOWEST, HIGHEST);
    try {
      await listenOnce(port);
      return port;
    } catch (error) {
      if (tried === TRIES) throw error;
    }
  }
}

const listenOnce = (port: number) =>
  new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    // On every address, as the web process does.
    probe.listen(port, () => probe.close(() => resolve()));
  });
