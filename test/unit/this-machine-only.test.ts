import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { isFromThisMachine } from '../../src/sandbox/this-machine-only.ts';

const from = (remoteAddress: string, headers: IncomingHttpHeaders) =>
  isFromThisMachine({ socket: { remoteAddress } as IncomingMessage['socket'], headers });

test.each([
  ['127.0.0.1', { host: 'localhost:3000' }],
  ['::1', { host: '[::1]:3000' }],
  ['::ffff:127.0.0.1', { host: '127.0.0.1:3000' }],
])('the chat page is for whoever sits at this machine: %s', (address, headers) => {
  expect(from(address, headers)).toBe(true);
});

test.each([
  ['somebody on the same network', '192.168.1.7', { host: 'localhost:3000' }],
  ['a tunnel that runs here', '127.0.0.1', { host: 'localhost:3000', 'x-forwarded-for': '203.0.113.9' }],
  ['a tunnel that keeps its name', '127.0.0.1', { host: 'shop.tunnel.example' }],
  ['a page whose name was pointed here', '127.0.0.1', { host: 'evil.example:3000' }],
])('the chat page is not for %s', (_name, address, headers) => {
  expect(from(address, headers)).toBe(false);
});
