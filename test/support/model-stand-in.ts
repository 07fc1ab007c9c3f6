import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { SandboxClock } from '../../src/sandbox/clock.ts';
import { ModelStandIn } from '../../src/sandbox/openai/model.ts';
import { SandboxStore } from '../../src/sandbox/store.ts';

/** The model's stand-in alone, behind real HTTP. */
export async function startModelStandIn() {
  const standIn = new ModelStandIn({ clock: new SandboxClock(new SandboxStore()) });
  const server = createServer(express().use(standIn.router));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    standIn,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
