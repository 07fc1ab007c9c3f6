import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signedForm } from '../../src/sandbox/twilio/callbacks.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type RunningShop, startRunningShop } from '../support/running-shop.ts';
import { until } from '../support/until.ts';

const CUSTOMERS = 20;
const MESSAGES_EACH = 5;
const TURNS_AT_ONCE = 9;
/** OPENAI_TIMEOUT_SECONDS where nothing else is said. */
const MODEL_TIMEOUT_MS = 15_000;

let model: RecordingServer;
let shop: RunningShop;
beforeAll(async () => {
  // Asked, and never answers: slower than any model.
  model = await startRecordingServer(() => ({ hang: true }));
  const env = { OPENAI_BASE_URL: `${model.url}/v1`, WORKER_TURNS_AT_ONCE: `${TURNS_AT_ONCE}` };
  shop = await startRunningShop({ env });
}, 60_000);
afterAll(async () => {
  // It would wait for the model.
  await shop.worker.stop('SIGKILL');
  await shop.close();
  await model.close();
}, 60_000);

/** Posts as Twilio does; the milliseconds until it is answered. */
async function write(customer: number, text: string): Promise<number> {
  const url = `${shop.publicUrl}/whatsapp/inbound`;
  const MessageSid = `SM${randomUUID().replaceAll('-', '')}`;
  const fields = { MessageSid, From: `whatsapp:+5906901234${10 + customer}`, Body: text, NumMedia: '0' };
  const request = signedForm(shop.env.TWILIO_AUTH_TOKEN, url, fields);
  const startedAt = performance.now();
  const response = await fetch(url, { method: 'POST', ...request });
  await response.text();
  expect(response.status).toBe(200);
  return performance.now() - startedAt;
}

test('twenty customers who write at once have their messages acknowledged while the model does not answer', async () => {
  const customers = Array.from({ length: CUSTOMERS }, (_, index) => index);
  // One that keeps every lane of the worker busy with the model first.
  await Promise.all(customers.map((customer) => write(customer, 'dites, vous me conseilleriez quoi pour la montagne')));
  await until('the model is being waited for', () => model.requests.some(({ method }) => method === 'POST'));
  const tookMs: number[] = [];
  for (let n = 0; n < MESSAGES_EACH; n++) {
    tookMs.push(...(await Promise.all(customers.map((customer) => write(customer, `et encore ceci ${n}`)))));
  }
  // Who waited for the model would wait that long; how fast it is on a quiet machine is measured in bench/talk.ts.
  expect(Math.max(...tookMs)).toBeLessThan(MODEL_TIMEOUT_MS);
  const stored = await shop.db.inboundMessage.count();
  expect(stored).toBe(CUSTOMERS * (MESSAGES_EACH + 1));
}, 120_000);

test('a worker answers as many customers at the same time as it is told to, and no more', async () => {
  const claimed = () => shop.db.conversation.count({ where: { claimedUntil: { gt: new Date() } } });
  // Counted once: a lane that has given the model up is free for a moment.
  const allBusy = async () => {
    const count = await claimed();
    return count >= TURNS_AT_ONCE && count;
  };
  expect(await until('all its lanes are busy', allBusy)).toBe(TURNS_AT_ONCE);
}, 60_000);
