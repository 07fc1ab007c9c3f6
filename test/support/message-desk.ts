import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createInboundStore } from '../../src/db/inbox.ts';
import { enqueueMessage } from '../../src/db/outbox.ts';
import type { OutboundContent, TemplateUse } from '../../src/domain/outbound-message.ts';
import { senderPace } from '../../src/domain/pace.ts';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { receiveMessage } from '../../src/flows/receive-message.ts';
import { recordDelivery } from '../../src/flows/record-delivery.ts';
import { sortStoredMessages } from '../../src/flows/sort-inbox.ts';
import type { Prisma } from '../../src/generated/prisma/client.ts';
import { loadPrompts } from '../../src/prompts.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import { createMessenger } from '../../src/vendors/twilio.ts';
import { silentLog } from './silent-log.ts';
import { silentMeter } from './silent-meter.ts';
import { createTestDatabase } from './test-database.ts';
import { until } from './until.ts';

const ACCOUNT = { accountSid: `AC${'2'.repeat(32)}`, authToken: 'token', from: 'whatsapp:+590590000000' };
const SMS_FROM = '+590590000009';
const SHOP = { name: 'Test', currency: 'EUR', locale: 'fr' as const, timezone: 'America/Guadeloupe' };

type DeliverNeeds = Parameters<typeof deliverNextMessage>[0];
type RecordNeeds = Parameters<typeof recordDelivery>[0];
type ReceiveNeeds = Parameters<typeof receiveMessage>[0] & Parameters<typeof sortStoredMessages>[0];

/** A Twilio's refusal of the next message, as sandbox.twilio.faults takes it. */
export const refusal = (status: number, code: number) => ({
  kind: 'status' as const,
  status,
  body: { code, message: 'refused', status },
  path: /Messages\.json$/,
});

/**
 * The shop's messages for a test file: a database of its own, the Twilio stand-in behind the real SDK, its webhooks over
 * real HTTP (without their signature check, which is http's test), and the flows.
 */
export async function openMessageDesk() {
  const database = await createTestDatabase();
  const { db, pool } = database;
  const app = createServer();
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  const sandbox = await startSandbox({
    publicUrl,
    shop: { ...SHOP, number: '+590590000000' },
    twilio: { ...ACCOUNT, smsFrom: SMS_FROM },
    stripe: { secretKey: 'sk_test_x', webhookSecret: 'whsec_x' },
    webhookRetryDelaysMs: [],
  });
  const settings = { ...ACCOUNT, smsFrom: SMS_FROM, apiBaseUrl: sandbox.twilioBaseUrl, messagingServiceSid: undefined };
  const messenger = createMessenger(settings);
  const needs: DeliverNeeds & ReceiveNeeds & RecordNeeds = {
    ...{
      db,
      storeInbound: createInboundStore(pool),
      optOutKey: Buffer.alloc(32),
      clock: sandbox.clock,
      log: silentLog,
      meter: silentMeter,
      tracer: untraced,
      messenger,
      mailer: null,
      sendsSms: false,
      sendsMail: false,
      quietHours: null,
    },
    ...{
      publicUrl,
      sessionSecret: 'secret',
      shop: SHOP,
      texts: loadPrompts().texts,
      nudge: () => {},
      tellStatus: () => {},
      senderPace: senderPace(80),
      burstWindowMs: 0,
    },
  };
  const desk = {
    ...{ database, db, sandbox, needs, templates: messenger.templates },
    /** True while Twilio's status callbacks do not reach us. */
    callbacksAreLost: false,

    async newCustomer() {
      const phone = sandbox.phones.addCustomer({ name: 'Camille' });
      sandbox.twilio.customerWrites(phone.id, 'bonjour');
      const customer = await until('the customer is known', () =>
        db.customer.findFirst({ where: { phone: phone.phone } }),
      );
      return { phone, customer };
    },

    async enqueue(customerId: string, content: OutboundContent, businessKey: string = randomUUID()) {
      await enqueueMessage(db, { businessKey, customerId, content, at: sandbox.clock.now() });
      return businessKey;
    },

    /** As enqueue, about an order of this customer that waits for payment. */
    async enqueueAboutOrder(customerId: string, kind: string, body: string, template?: TemplateUse) {
      const now = sandbox.clock.now();
      const location = { name: 'Jarry', address: '12 rue', hours: '8 h - 18 h' };
      const order = await db.order.create({
        data: {
          number: `C-${randomUUID()}`,
          customer: { connect: { id: customerId } },
          location: { create: { code: randomUUID(), ...location } },
          ...{ totalMinor: 100, currency: 'EUR', locale: 'fr', createdAt: now },
          expiresAt: new Date(now.getTime() + 3600_000),
        },
      });
      const businessKey = `${kind}:${order.id}:1`;
      const content = { body, ...(template && { template }) };
      await enqueueMessage(db, { businessKey, customerId, orderId: order.id, content, at: now });
      return { businessKey, orderId: order.id, orderNumber: order.number };
    },

    /** An approved template of this wording. */
    async approveTemplate(key: TemplateUse['key'], body: string, examples: string[]) {
      const name = `comptoir_${key}_fr`;
      const { contentSid, approval } = await desk.templates.submit({ key, locale: 'fr', name, body, examples });
      await db.messageTemplate.create({ data: { key, locale: 'fr', contentSid, approval, digest: contentSid } });
      return contentSid;
    },

    change: (businessKey: string, data: Prisma.OutboundMessageUpdateInput) =>
      db.outboundMessage.update({ where: { businessKey }, data }),
    rowOf: (businessKey: string) => db.outboundMessage.findUniqueOrThrow({ where: { businessKey } }),
    customerNow: (id: string) => db.customer.findUniqueOrThrow({ where: { id } }),

    heardBy: (phone: { id: string }) =>
      sandbox.phones
        .messages(phone.id)
        .filter((message) => message.direction === 'in')
        .map((message) => message.body),

    async deliverAll(overrides: Partial<DeliverNeeds> = {}) {
      while (await deliverNextMessage({ ...needs, ...overrides }));
      await sandbox.idle();
    },

    /** Needs under a clock that is `hours` ahead, Twilio's own staying where it is. */
    later: (hours: number) => ({
      ...needs,
      clock: { now: () => new Date(sandbox.clock.now().getTime() + hours * 3600_000) },
    }),

    async close() {
      await sandbox.stop();
      await new Promise((resolve) => {
        app.close(resolve);
        app.closeAllConnections();
      });
      await database.close();
    },
  };
  app.on('request', async (request, response) => {
    const fields = Object.fromEntries(new URLSearchParams(await text(request)));
    if (request.url === '/whatsapp/inbound') {
      await receiveMessage(needs, fields);
      await sortStoredMessages(needs);
    }
    if (request.url?.startsWith('/whatsapp/status') && !desk.callbacksAreLost) {
      const outboundId = new URL(request.url, publicUrl).searchParams.get('message') ?? '';
      const { MessageStatus: status = '', MessageSid: sid = '', ErrorCode } = fields;
      await recordDelivery(needs, { outboundId, status, sid, errorCode: ErrorCode ? Number(ErrorCode) : null });
    }
    response.writeHead(200, { 'content-type': 'text/xml' }).end('<Response/>');
  });
  return desk;
}
export type MessageDesk = Awaited<ReturnType<typeof openMessageDesk>>;
