import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { claimNextMessage } from '../../src/db/claim-message.ts';
import { eraseCustomer } from '../../src/db/erase-customer.ts';
import { retryMessageLater, rewordMessage } from '../../src/db/outbox.ts';
import { recordDelivery } from '../../src/flows/record-delivery.ts';
import { type MessageDesk, openMessageDesk } from '../support/message-desk.ts';

let desk: MessageDesk;
beforeAll(async () => {
  desk = await openMessageDesk();
});
afterAll(() => desk.close());

/** Erased as at the end of the turn with this id. */
async function erase(customerId: string, turnId: string): Promise<void> {
  const { db, sandbox } = desk;
  const at = sandbox.clock.now();
  const conversation = await db.conversation.findUniqueOrThrow({ where: { customerId } });
  await db.conversationTurn.create({
    data: { id: turnId, conversationId: conversation.id, answeredBy: 'fast_path', startedAt: at, finishedAt: at },
  });
  await db.$transaction((tx) =>
    eraseCustomer(tx, { customerId, conversationId: conversation.id, turnId, at, optOutKey: Buffer.alloc(32) }),
  );
}

test('what was being sent while its customer was forgotten neither keeps their words nor leaves again', async () => {
  const { db, sandbox, needs } = desk;
  const { phone, customer } = await desk.newCustomer();
  await desk.deliverAll();
  const heardBefore = desk.heardBy(phone);
  const key = await desk.enqueue(customer.id, { body: 'Bonjour Camille' });
  const claimed = await claimNextMessage(db, sandbox.clock.now(), needs.senderPace);
  if (!claimed) throw new Error('nothing was claimed');
  await erase(customer.id, randomUUID());
  // What its worker still does with the claim it thinks it has.
  expect(await rewordMessage(db, claimed, { body: 'Bonjour Camille, encore' })).toBe(false);
  await retryMessageLater(db, claimed, { delaySeconds: 0, error: 'to +590690000001: 503', code: null });
  expect(await desk.rowOf(key)).toMatchObject({ status: 'superseded', content: { body: '' }, lastError: null });
  await desk.deliverAll();
  expect(desk.heardBy(phone)).toEqual(heardBefore);
});

test('a goodbye that comes to nothing once its address is gone is not sent to nowhere', async () => {
  const { customer } = await desk.newCustomer();
  const turnId = randomUUID();
  const key = await desk.enqueue(customer.id, { body: 'Au revoir' }, `turn:${turnId}:1`);
  await erase(customer.id, turnId);
  await desk.deliverAll();
  const { id, twilioSid } = await desk.rowOf(key);
  await desk.change(key, { status: 'sent' });
  await recordDelivery(desk.needs, { outboundId: id, status: 'failed', sid: twilioSid as string, errorCode: 63018 });
  await desk.db.$executeRaw`UPDATE outbound_messages SET next_attempt_at = now() WHERE id = ${id}::uuid`;
  await desk.deliverAll();
  expect(await desk.rowOf(key)).toMatchObject({ status: 'superseded', lastError: 'the customer was forgotten' });
});
