import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import OpenAI from 'openai';
import Stripe from 'stripe';
import twilio from 'twilio';
import { startSandbox } from '../../src/sandbox/start.ts';

export const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'test-token', from: 'whatsapp:+14155550100' };
export const STRIPE_ACCOUNT = { secretKey: 'sk_test_sandbox', webhookSecret: 'whsec_new,whsec_old' };

type Exchange = { method: string; path: string; request: string; status: number; response: string };
export type Received = { path: string; body: string; headers: IncomingMessage['headers'] };

/**
 * A sandbox, a small app that takes its webhooks, and the vendors' own SDKs pointed at it through a proxy that writes down
 * what was really sent and answered.
 */
export async function sandboxWorld(options: { dataDir?: string } = {}) {
  const received: Received[] = [];
  const answers = { status: 200 };
  const app = express();
  app.use('/whatsapp', takeWebhook(received, answers));
  app.use('/webhook', takeWebhook(received, answers));
  const appServer = await listen(createServer(app));
  const publicUrl = appServer.url;
  const sandbox = await startSandbox({
    ...options,
    publicUrl,
    shop: { name: 'Chez Awa & Fils', number: '+14155550100', currency: 'eur', locale: 'fr', timezone: 'UTC' },
    twilio: ACCOUNT,
    stripe: STRIPE_ACCOUNT,
    webhookRetryDelaysMs: [10, 20],
  });
  app.use('/sandbox', sandbox.router);
  const exchanges: Exchange[] = [];
  const proxy = await listen(createServer(recorder(sandbox.stripeBaseUrl, exchanges)));
  return {
    ...sandbox,
    app: app as Express,
    publicUrl,
    received,
    /** What the app answers to webhooks from now on. */
    answers,
    exchanges,
    twilioSdk: twilio(ACCOUNT.accountSid, ACCOUNT.authToken, { httpClient: new RedirectedClient(proxy.url) }),
    stripeSdk: stripeSdk(proxy.url),
    /** Where a Stripe client of one's own writes down what it sends and gets, too. */
    stripeUrl: proxy.url,
    openaiSdk: new OpenAI({ apiKey: 'sk-test', baseURL: `${proxy.url}/v1`, maxRetries: 0 }),
    /** The newest exchange of this kind. */
    last: (method: string, path: RegExp): Exchange => {
      const found = exchanges.findLast((exchange) => exchange.method === method && path.test(exchange.path));
      if (!found) throw new Error(`no ${method} ${path} was sent`);
      return found;
    },
    end: async () => {
      await sandbox.stop();
      await proxy.close();
      await appServer.close();
    },
  };
}

export function stripeSdk(url: string, secretKey = STRIPE_ACCOUNT.secretKey): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(secretKey, { host: hostname, port, protocol: 'http', telemetry: false, maxNetworkRetries: 0 });
}

/** The way to point Twilio's SDK elsewhere: only the host changes. */
class RedirectedClient extends twilio.RequestClient {
  readonly #base: string;

  constructor(base: string) {
    super();
    this.#base = base;
  }

  override request: twilio.RequestClient['request'] = (options) => {
    const { pathname, search } = new URL(options.uri);
    return super.request({ ...options, uri: this.#base + pathname + search });
  };
}

function takeWebhook(received: Received[], answers: { status: number }) {
  const handler = express.Router();
  handler.use(express.text({ type: '*/*' }), (request, response) => {
    received.push({ path: request.originalUrl, body: request.body as string, headers: request.headers });
    response.status(answers.status).end();
  });
  return handler;
}

function recorder(target: string, exchanges: Exchange[]): Parameters<typeof createServer>[1] & object {
  return async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { method = 'GET', url: path = '/' } = request;
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !['host', 'connection', 'content-length'].includes(name)),
    ) as Record<string, string>;
    const answer = await fetch(target + path, { method, headers, ...(body !== '' && { body }) }).catch(() => null);
    if (!answer) return void request.socket.destroy();
    const text = await answer.text();
    exchanges.push({ method, path, request: body, status: answer.status, response: text });
    const kept = [...answer.headers].filter(
      ([name]) => !['content-length', 'transfer-encoding', 'connection'].includes(name),
    );
    response.writeHead(answer.status, Object.fromEntries(kept)).end(answer.status === 204 ? undefined : text);
  };
}

async function listen(server: Server): Promise<{ url: string; close: () => Promise<void> }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
