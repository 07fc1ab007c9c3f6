import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { customerOf } from '../support/customer.ts';
import { JPEG, oggOf } from '../support/media-samples.ts';
import { type RunningShop, startRunningShop } from '../support/running-shop.ts';
import { until } from '../support/until.ts';

let shop: RunningShop;
beforeAll(async () => {
  shop = await startRunningShop();
}, 60_000);
afterAll(() => shop.close(), 60_000);

const answers = (count: number) =>
  until('every turn is over', async () => (await shop.db.conversationTurn.count()) >= count);

test('a customer shows a tyre, asks aloud, replies to a card further up and shares where they are', async () => {
  const { twilio, phones, model } = shop.sandbox;
  const customer = customerOf(shop.sandbox, 'Awa Diallo');
  twilio.customerSendsFile(customer.id, { type: 'image/jpeg', bytes: JPEG, caption: 'vous avez ce pneu ?' });
  const offer = await customer.hearsOption(/^product:/);
  expect(offer.body).toContain('Michelin');
  expect(JSON.stringify(model.requests)).toContain(`data:image/jpeg;base64,${JPEG.toString('base64')}`);

  customer.taps(offer, /^product:/);
  const card = await customer.hearsOption(/^add:/);
  model.hear(['un équilibrage, je vous prie']);
  twilio.customerSendsFile(customer.id, { type: 'audio/ogg', bytes: oggOf(4), caption: '' });
  await customer.hearsText(/[ÉE]quilibrage/);

  twilio.customerWrites(customer.id, '4', card.id);
  const added = await customer.hearsOption(/^order$/);
  expect(added.body).toMatch(/4 × \*Michelin/);

  customer.taps(added, /^order$/);
  await customer.hearsOption(/^location:/);
  twilio.customerSharesLocation(customer.id, { latitude: 16.2066, longitude: -61.4937 });
  await customer.hearsText(/1\. \*Comptoir Le Gosier\*, à 10 m/);
  customer.writes('1');
  expect((await customer.hearsOption(/^confirm:/)).body).toContain('Comptoir Le Gosier');
  expect(phones.messages(customer.id).every(({ status }) => status !== 'failed')).toBe(true);
}, 60_000);

test('nothing of what was sent is kept but the words, and nothing of it is logged', async () => {
  await answers(6);
  const [{ kept } = { kept: '' }] = await shop.db.$queryRaw<{ kept: string }[]>`
    SELECT string_agg(row::text, ' ') AS kept FROM (
      SELECT to_jsonb(m) AS row FROM inbound_messages m UNION ALL SELECT to_jsonb(o) FROM outbound_messages o
      UNION ALL SELECT to_jsonb(t) FROM conversation_turns t) AS rows`;
  expect(kept).toContain('je vous prie');
  expect(kept).not.toMatch(/base64|twiliocdn|Signature=/);
  const logged = shop.worker.output() + shop.web.output();
  expect(logged).toContain('turn answered');
  expect(logged).not.toMatch(/je vous prie|base64|twiliocdn|Signature=|Media\/ME|16\.2066/);
});

test('while the model is down pictures and voice notes are declined, and the shop still sells', async () => {
  shop.sandbox.model.down = true;
  try {
    const customer = customerOf(shop.sandbox, 'Léa Petit');
    shop.sandbox.twilio.customerSendsFile(customer.id, { type: 'audio/ogg', bytes: oggOf(4), caption: '' });
    await customer.hearsText(/message vocal/);
    shop.sandbox.twilio.customerSendsFile(customer.id, { type: 'image/jpeg', bytes: JPEG, caption: '' });
    await customer.hearsText(/flanc du pneu/);
    customer.writes('205/55 R16');
    await customer.hearsOption(/^product:/);
  } finally {
    shop.sandbox.model.down = false;
  }
}, 60_000);
