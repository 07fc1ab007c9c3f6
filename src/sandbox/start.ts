import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type RequestHandler, type Response, type Router } from 'express';
import { type AdvanceListener, SandboxClock } from './clock.ts';
import { type AppAddress, Deliveries } from './deliveries.ts';
import { ModelStandIn } from './openai/model.ts';
import { type ShopCard, type StaffCard, sandboxRouter } from './phone-api.ts';
import { Phones } from './phones.ts';
import { SandboxStore } from './store.ts';
import { type StripeAccount, StripeStandIn } from './stripe/stripe.ts';
import { type TwilioAccount, TwilioStandIn } from './twilio/twilio.ts';

export type SandboxOptions = {
  /** Where to remember; nowhere when absent. */
  dataDir?: string;
  /** What the app calls itself, and signs with; no slash at the end. */
  publicUrl: string;
  /** Where the app answers on this machine, when that is not the public URL. */
  appUrl?: string;
  shop: ShopCard;
  twilio: TwilioAccount;
  stripe: StripeAccount;
  /** Called after the clock's offset moved and what Stripe does by then was done. */
  onClockAdvance?: AdvanceListener;
  /** Port of the vendors' server; any free one when absent. */
  port?: number;
  /** Waits between the attempts to post a webhook. */
  webhookRetryDelaysMs?: readonly number[];
};

export type Sandbox = {
  twilioBaseUrl: string;
  stripeBaseUrl: string;
  /** Ends in /v1, as OPENAI_BASE_URL does. */
  openaiBaseUrl: string;
  clock: SandboxClock;
  /** To be mounted at /sandbox. */
  router: Router;
  phones: Phones;
  twilio: TwilioStandIn;
  stripe: StripeStandIn;
  model: ModelStandIn;
  /** Tells where the app is once that is known, for apps on a port of the system's choosing. */
  appIsAt(address: AppAddress): void;
  /** What the chat page shows to help: the demo's staff account and things to try. */
  tell(card: { staff?: StaffCard | null; hints?: string[] }): void;
  /** Resolves when no webhook, status callback or message is on its way. */
  idle(): Promise<void>;
  /** Closes every timer, connection and file; safe to call twice. */
  stop(): Promise<void>;
};

/** Starts the stand-ins for Twilio, Stripe and OpenAI on one loopback server, and the customers' phones with them. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  let address: AppAddress = { publicUrl: options.publicUrl, appUrl: options.appUrl ?? options.publicUrl };
  const card: { staff: StaffCard | null; hints: string[] } = { staff: null, hints: [] };
  const streams = new Set<Response>();
  const store = new SandboxStore(options.dataDir);
  const clock = new SandboxClock(store);
  const deliveries = new Deliveries(() => address, options.webhookRetryDelaysMs);
  const phones = new Phones(store, clock);
  const twilio = new TwilioStandIn({ store, clock, phones, deliveries, account: options.twilio });
  const stripe = new StripeStandIn({ store, clock, deliveries, account: options.stripe });
  const model = new ModelStandIn({ clock });
  if (options.onClockAdvance) clock.onAdvance(options.onClockAdvance);
  const server = await listen(vendorsApp({ twilio, stripe, model }), options.port ?? 0);
  const base = `http://127.0.0.1:${server.port}`;
  const pages = { phones, twilio, stripe, model, clock, shop: options.shop, streams };
  return {
    twilioBaseUrl: base,
    stripeBaseUrl: base,
    openaiBaseUrl: `${base}/v1`,
    clock,
    router: sandboxRouter({ ...pages, staff: () => card.staff, hints: () => card.hints }),
    phones,
    twilio,
    stripe,
    model,
    appIsAt: (now) => {
      address = now;
      // What an earlier run could not deliver any more.
      void stripe.events.deliverPending();
    },
    tell: (told) => void Object.assign(card, told),
    idle: () => deliveries.idle(),
    stop: async () => {
      stripe.stop();
      for (const stream of streams) stream.end();
      await deliveries.stop();
      phones.stop();
      await server.close();
      store.close();
    },
  };
}

type Vendors = { twilio: TwilioStandIn; stripe: StripeStandIn; model: ModelStandIn };

/** The vendors' paths do not clash: Twilio versions by date and has /v1/Content, /v2 and its CDN, OpenAI three resources of /v1. */
function vendorsApp({ twilio, stripe, model }: Vendors): RequestHandler {
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response, next) => {
    if (/^\/(2010-04-01|v1\/Content|v2|twiliocdn)(\/|$)/.test(request.path))
      return twilio.router(request, response, next);
    if (/^\/v1\/(responses|models|audio)(\/|$)/.test(request.path)) return model.router(request, response, next);
    return stripe.router(request, response, next);
  });
  const answerFault: ErrorRequestHandler = (error, _request, response, _next) => {
    const status = (error as { status?: unknown }).status;
    const message = error instanceof Error ? error.message : String(error);
    response.status(typeof status === 'number' ? status : 500).json({ error: { message, type: 'api_error' } });
  };
  app.use(answerFault);
  return app;
}

async function listen(handler: RequestHandler, port: number): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer(handler as Parameters<typeof createServer>[1] & RequestHandler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
