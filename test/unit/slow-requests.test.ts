import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { listen, SLOWEST_REQUEST } from '../../src/roles.ts';

const HURRIED = { headersTimeout: 50, requestTimeout: 100, connectionsCheckingInterval: 10 };

test('a request that does not come to its end is answered 408 and its connection closed, whether headers or body dawdle', async () => {
  const web = await listen((request) => request.resume(), 0, { host: '127.0.0.1', slowest: HURRIED });
  try {
    for (const begun of ['POST /', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nslow']) {
      const socket = connect(web.port, '127.0.0.1', () => socket.write(begun));
      let answered = '';
      socket.on('data', (chunk) => {
        answered += String(chunk);
      });
      await once(socket, 'close');
      expect(answered).toMatch(/^HTTP\/1\.1 408 /);
    }
  } finally {
    await web.close();
  }
});

test('what processes listen with lets photographs in over a slow line and nobody for minutes', () => {
  expect(SLOWEST_REQUEST.headersTimeout).toBeLessThanOrEqual(15_000);
  expect(SLOWEST_REQUEST.requestTimeout).toBeGreaterThan(SLOWEST_REQUEST.headersTimeout);
  expect(SLOWEST_REQUEST.requestTimeout).toBeLessThanOrEqual(120_000);
});
