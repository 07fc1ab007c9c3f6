import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { submitTemplates } from '../../src/flows/submit-templates.ts';
import { loadPrompts } from '../../src/prompts.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { createMessenger } from '../../src/vendors/twilio.ts';
import { customerOf } from '../support/customer.ts';
import { type RunningShop, startRunningShop } from '../support/running-shop.ts';
import { until } from '../support/until.ts';

// Customers talk while web and worker are killed and Twilio and the model answer badly; then everything is counted.
// `npm run test:chaos`, by hand: its moments are the machine's ; it prints what it counted.

const SECONDS = Number(process.env.CHAOS_SECONDS ?? 60);
const TALKING = 50;
/** Customers with an unpaid order who said nothing for long: whom a reminder may reach, and how. */
const WAITING = { window_open: 4, window_closed: 4, opted_out: 4 } as const;
const HOUR_MS = 3600_000;

/** It is noon there: reminders leave in the daytime only. */
const timezoneAtNoon = (): string => {
  const offset = 12 - new Date().getUTCHours();
  return offset === 0 ? 'Etc/UTC' : `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
};

let shop: RunningShop;
beforeAll(async () => {
  shop = await startRunningShop({ env: { SHOP_TIMEZONE: timezoneAtNoon() } });
}, 60_000);
afterAll(() => shop.close(), 60_000);

const MESSAGES = /Messages\.json$/;
const FAULTS: (() => void)[] = [
  () => twilio({ method: 'POST', path: MESSAGES, kind: 'status', status: 500 }),
  () => twilio({ method: 'POST', path: MESSAGES, kind: 'status', status: 503, times: 3 }),
  () => twilio({ method: 'POST', path: MESSAGES, kind: 'status', status: 429, times: 5, body: { code: 20429 } }),
  () => twilio({ method: 'POST', path: MESSAGES, kind: 'lost_answer', times: 2 }),
  () => twilio({ method: 'POST', path: MESSAGES, kind: 'hang_after' }),
  () => twilio({ method: 'POST', path: MESSAGES, kind: 'hang' }),
  () => twilio({ method: 'GET', path: MESSAGES, kind: 'status', status: 500 }),
  () => twilio({ method: 'POST', path: /v1\/Content$/, kind: 'status', status: 500 }),
];
function twilio(fault: Fault): void {
  shop.sandbox.twilio.faults.add(fault);
  told.faults++;
}

const told = { faults: 0, kills: { web: 0, worker: 0 }, notDelivered: 0 };
const pick = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const WORDS = [
  'Bonjour',
  'pneus 205/55 R16',
  '1',
  'mon panier',
  'et en 195/65 R15 ?',
  'où êtes-vous ?',
  'merci',
  'STOP',
];

/** Says something every few seconds; what WhatsApp shows as not delivered is said again, as people do. */
async function talk(name: string, untilMs: number): Promise<string> {
  const customer = customerOf(shop.sandbox, name);
  while (performance.now() < untilMs) {
    const said = customer.writes(pick(WORDS));
    await pause(500 + Math.random() * 3_000);
    if (shop.sandbox.phones.message(said.id)?.status === 'failed') told.notDelivered++;
  }
  return customer.id;
}

async function killAtRandom(role: 'web' | 'worker', untilMs: number): Promise<void> {
  while (performance.now() < untilMs) {
    await pause(2_000 + Math.random() * 6_000);
    await shop[role].stop('SIGKILL');
    told.kills[role]++;
    if (role === 'worker') await shop.leasesRunOut();
    await shop.startAgain(role);
  }
}

async function troubleAtRandom(untilMs: number): Promise<void> {
  while (performance.now() < untilMs) {
    pick(FAULTS)();
    await pause(300 + Math.random() * 900);
  }
}

/** Sweeps as the clock does, whether or not the web is there to hear of it. */
async function remindAtRandom(untilMs: number): Promise<void> {
  while (performance.now() < untilMs) {
    await shop.cron('payment-reminders').catch(() => undefined);
    await pause(3_000);
  }
}

async function approveTemplates(): Promise<void> {
  const registry = createMessenger(twilioSettings()).templates;
  const { templates } = loadPrompts();
  await submitTemplates({ db: shop.db, registry, templates, publicUrl: shop.publicUrl });
  await shop.db.messageTemplate.updateMany({ data: { approval: 'approved' } });
}
const twilioSettings = () => ({
  accountSid: shop.env.TWILIO_ACCOUNT_SID,
  authToken: shop.env.TWILIO_AUTH_TOKEN,
  from: shop.env.TWILIO_WHATSAPP_FROM,
  apiBaseUrl: shop.sandbox.twilioBaseUrl,
  messagingServiceSid: undefined,
});

/** A customer who ordered two hours ago, has not paid, and is as `kind` says. */
async function waitingCustomer(kind: keyof typeof WAITING, index: number) {
  const now = Date.now();
  const { id, phone } = shop.sandbox.phones.addCustomer({ name: `Attente ${kind} ${index}` });
  const [location, product] = [await shop.db.location.findFirstOrThrow(), await shop.db.product.findFirstOrThrow()];
  const channelAddress = `whatsapp:${phone}`;
  // Whose window is open has written, to the stand-in too: both must know it.
  if (kind === 'window_closed')
    await shop.db.customer.create({ data: { channelAddress, phone, conversation: { create: {} } } });
  else shop.sandbox.twilio.customerWrites(id, 'Bonjour');
  const customer = await until('the customer is known', () =>
    shop.db.customer.findUnique({ where: { channelAddress } }),
  );
  await shop.db.customer.update({
    where: { channelAddress },
    data: {
      locale: 'fr',
      ...(kind === 'window_closed' && { lastInboundAt: new Date(now - 30 * HOUR_MS) }),
      ...(kind === 'opted_out' && { optedOutAt: new Date(now - HOUR_MS) }),
    },
  });
  const facts = { totalMinor: 9000, currency: 'EUR', createdAt: new Date(now - 2 * HOUR_MS) };
  const expiresAt = new Date(now + 20 * HOUR_MS);
  const order = await shop.db.order.create({
    data: {
      ...{ ...facts, number: `C-9${kind}${index}`, locale: 'fr', expiresAt, customerId: customer.id },
      locationId: location.id,
      items: {
        create: {
          ...{ productId: product.id, position: 0, sku: product.sku, label: product.label, quantity: 1 },
          ...{ unitPriceMinor: 9000, subtotalMinor: 9000 },
        },
      },
      attempts: {
        create: {
          ...{ idempotencyKey: `chaos:${kind}:${index}`, params: {}, amountMinor: 9000, currency: 'EUR', expiresAt },
          ...{ sessionId: `cs_test_chaos_${kind}_${index}`, url: 'https://checkout.stripe.com/c/pay/x' },
          createdAt: new Date(now),
        },
      },
    },
  });
  return { kind, phoneId: id, orderId: order.id };
}

async function everythingIsDone(): Promise<void> {
  const left = async () => {
    await shop.sandbox.idle();
    const [row] = await shop.db.$queryRaw<Record<string, number>[]>`SELECT
      (SELECT count(*)::int FROM inbound_messages WHERE turn_id IS NULL) AS unanswered,
      (SELECT count(*)::int FROM outbound_messages WHERE status IN ('queued', 'sending')) AS unsent`;
    return row ?? {};
  };
  await until('nothing is left to do', async () => Object.values(await left()).every((count) => count === 0), {
    timeoutMs: 120_000,
    everyMs: 500,
  }).catch(async (error) => {
    throw new Error(`${error.message}: ${JSON.stringify(await left())}`);
  });
}

test(
  'fifty customers talk while web and worker are killed and Twilio answers badly: all are answered, nothing comes twice',
  async () => {
    await approveTemplates();
    const kinds = Object.entries(WAITING) as [keyof typeof WAITING, number][];
    const waiting = await Promise.all(
      kinds.flatMap(([kind, count]) => Array.from({ length: count }, (_, index) => waitingCustomer(kind, index))),
    );
    const untilMs = performance.now() + SECONDS * 1_000;
    const [phones] = await Promise.all([
      Promise.all(Array.from({ length: TALKING }, (_, index) => talk(`Camille ${index}`, untilMs))),
      killAtRandom('worker', untilMs),
      killAtRandom('web', untilMs),
      troubleAtRandom(untilMs),
      remindAtRandom(untilMs),
    ]);
    shop.sandbox.twilio.faults.clear();
    expect((await shop.cron('payment-reminders')).status).toBe(200);
    await everythingIsDone();

    const acknowledged = phones
      .flatMap((id) => shop.sandbox.phones.messages(id))
      .filter((message) => message.direction === 'out' && message.status !== 'failed');
    const stored = await shop.db.inboundMessage.findMany({
      where: { messageSid: { in: acknowledged.map(({ id }) => id) } },
    });
    expect(stored).toHaveLength(acknowledged.length);
    expect(stored.filter(({ turnId }) => turnId === null)).toEqual([]);

    const onPhones = [...phones, ...waiting.map(({ phoneId }) => phoneId)]
      .flatMap((id) => shop.sandbox.phones.messages(id))
      .filter((message) => message.direction === 'in');
    const rows = await shop.db.outboundMessage.findMany();
    const left = rows.filter(({ status }) => !['superseded', 'failed'].includes(status));
    expect(onPhones.map(({ id }) => id).sort()).toEqual(left.map(({ twilioSid }) => twilioSid).sort());

    const reminders = waiting.map(({ kind, phoneId, orderId }) => {
      const sids = rows.filter((row) => row.orderId === orderId).map(({ twilioSid }) => twilioSid);
      const bubbles = shop.sandbox.phones.messages(phoneId).filter((message) => sids.includes(message.id));
      return { kind, keys: sids.length, bubbles: bubbles.map(({ isTemplate }) => isTemplate ?? false) };
    });
    for (const { kind, keys, bubbles } of reminders) {
      const expected = { window_open: [false], window_closed: [true], opted_out: [] }[kind];
      expect({ kind, keys, bubbles }).toEqual({ kind, keys: expected.length, bubbles: expected });
    }
    const failed = rows.filter(({ status }) => status === 'failed');
    process.stderr.write(
      `chaos: ${JSON.stringify({ seconds: SECONDS, ...told, acknowledged: acknowledged.length, notDelivered: told.notDelivered, turns: await shop.db.conversationTurn.count(), outbound: rows.length, onPhones: onPhones.length, superseded: rows.length - left.length - failed.length, failed: failed.length, triedAgain: rows.filter(({ attempts }) => attempts > 1).length })}\n`,
    );
    expect(failed.map(({ businessKey, lastError }) => ({ businessKey, lastError }))).toEqual([]);
  },
  SECONDS * 1_000 + 180_000,
);
