import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { claimNextMessage } from '../../src/db/claim-message.ts';
import { CUSTOMER_PACE, senderPace } from '../../src/domain/pace.ts';
import { type MessageDesk, openMessageDesk } from '../support/message-desk.ts';

let desk: MessageDesk;
beforeAll(async () => {
  desk = await openMessageDesk();
});
afterAll(() => desk.close());

const paceOf = (key: string) => desk.db.sendPace.findUniqueOrThrow({ where: { key } });
const setPace = (key: string, aheadMs: number) => {
  const pacedUntil = new Date(Date.now() + aheadMs);
  return desk.db.sendPace.upsert({ where: { key }, create: { key, pacedUntil }, update: { pacedUntil } });
};
const claim = () => claimNextMessage(desk.db, new Date(), senderPace(80));

test('a customer gets a burst at once, then one in six seconds, in order; nobody else waits for them', async () => {
  const { phone, customer } = await desk.newCustomer();
  const other = await desk.newCustomer();
  const all = Array.from({ length: CUSTOMER_PACE.burst + 3 }, (_, n) => `message ${n + 1}`);
  for (const body of all) await desk.enqueue(customer.id, { body });
  const elsewhere = await desk.enqueue(other.customer.id, { body: 'bonjour' });
  // The machine may be slow, and time gives messages back: it is stopped at the burst's end.
  await setPace(customer.id, CUSTOMER_PACE.everyMs);
  await desk.deliverAll();
  const heard = desk.heardBy(phone);
  expect(heard.length).toBeGreaterThanOrEqual(CUSTOMER_PACE.burst - 1);
  expect(heard.length).toBeLessThan(all.length);
  expect(heard).toEqual(all.slice(0, heard.length));
  expect((await desk.rowOf(elsewhere)).status).toBe('delivered');

  await setPace(customer.id, (CUSTOMER_PACE.burst - 2) * CUSTOMER_PACE.everyMs);
  await desk.deliverAll();
  expect(desk.heardBy(phone).length - heard.length).toBe(2);
  await setPace(customer.id, 0);
  await desk.deliverAll();
  expect(desk.heardBy(phone)).toEqual(all);
});

test('the sender’s pace is one for all workers: a full second lets nothing more go', async () => {
  const customers = await Promise.all([desk.newCustomer(), desk.newCustomer(), desk.newCustomer()]);
  for (const { customer } of customers) await desk.enqueue(customer.id, { body: randomUUID() });
  await setPace('sender', 60_000);
  expect(await Promise.all([claim(), claim(), claim()])).toEqual([undefined, undefined, undefined]);
  await setPace('sender', 0);
  const claimed = await Promise.all([claim(), claim(), claim()]);
  expect(new Set(claimed.map((message) => message?.id)).size).toBe(3);
  const usedMs = (await paceOf('sender')).pacedUntil.getTime() - Date.now();
  expect(usedMs).toBeLessThanOrEqual(3 * senderPace(80).everyMs);
});

test.each([2, 80, 400])('no second sees more than the %s messages leave that WhatsApp takes', (perSecond) => {
  const { burst, everyMs } = senderPace(perSecond);
  expect(burst + 1000 / everyMs).toBeLessThanOrEqual(perSecond + 0.001);
});

test('what waits for the morning holds up no answer of the chat; what is only tried again does', async () => {
  const { phone, customer } = await desk.newCustomer();
  const morning = await desk.enqueue(customer.id, { body: 'au matin' });
  await desk.change(morning, { nextAttemptAt: new Date(Date.now() + 3600_000) });
  await desk.enqueue(customer.id, { body: 'tout de suite' });
  await desk.deliverAll();
  expect(desk.heardBy(phone)).toEqual(['tout de suite']);
  await desk.change(morning, { nextAttemptAt: new Date(Date.now() + 300_000) });
  await desk.enqueue(customer.id, { body: 'après' });
  await desk.deliverAll();
  expect(desk.heardBy(phone)).toEqual(['tout de suite']);
});
