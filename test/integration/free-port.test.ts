import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { freePort } from '../../src/embedded/free-port.ts';

test('a free port can be listened on, and is none of those that the system gives out by itself', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(Math.max(...ports)).toBeLessThan(32_768);
  const server = createServer().listen(ports[0]);
  await once(server, 'listening');
  server.close();
});
