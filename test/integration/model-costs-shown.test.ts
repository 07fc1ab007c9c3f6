import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countPauses, notePause } from '../../src/db/model-pauses.ts';
import { addSpending } from '../../src/db/model-spending.ts';
import { shopDayOf } from '../../src/domain/shop-day.ts';
import { showMoney } from '../../src/flows/show-money.ts';
import { showStaffOrder } from '../../src/flows/show-staff-orders.ts';
import { watchShop } from '../../src/flows/watch-shop.ts';
import { shopMeasurements } from '../../src/shop-measurements.ts';
import { addStaff, type MoneyDesk, openMoneyDesk, paidOrder } from '../support/money-desk.ts';
import { managerAccounts, SESSION_COOKIE } from '../support/stub-accounts.ts';
import { withWeb } from '../support/web.ts';

let desk: MoneyDesk;
let paid: Awaited<ReturnType<typeof paidOrder>>;
beforeAll(async () => {
  desk = await openMoneyDesk();
  await addStaff(desk, { id: 'staff-1', name: 'Léa' });
  paid = await paidOrder(desk);
});
afterAll(() => desk.close());

const usage = { inputTokens: 2_000, cachedInputTokens: 1_500, outputTokens: 100 };

async function answered(minutesAfterOrder: number, cost: number | null, model: string | null = 'gpt-5-mini') {
  const { createdAt, customerId } = await desk.db.order.findUniqueOrThrow({ where: { id: paid.orderId } });
  const { id: conversationId } = await desk.db.conversation.findUniqueOrThrow({ where: { customerId } });
  const at = new Date(createdAt.getTime() + minutesAfterOrder * 60_000);
  const tokens = model ? usage : {};
  await desk.db.conversationTurn.create({
    data: { conversationId, model, ...tokens, costMicroUsd: cost, answeredBy: 'model', startedAt: at, finishedAt: at },
  });
}
const shown = async (path: string, language: string) => {
  let html = '';
  const accounts = {
    accounts: managerAccounts,
    showOrder: (orderId: string) => showStaffOrder(desk, orderId),
    showMoney: () => showMoney(desk),
  };
  await withWeb(accounts, async (web) => {
    const headers = { cookie: SESSION_COOKIE, 'accept-language': language };
    html = await (await web.fetch(path, { headers })).text();
  });
  return html.replace(/[\u00a0\u202f]/g, ' ');
};

test('an order’s page says nothing of a model where none answered', async () => {
  expect(await shown(`/staff/orders/${paid.orderId}`, 'en')).not.toContain('Talk with the bot');
});

test('an order’s page says what the talk that led to it cost, in three languages; what was said after it is the next one’s', async () => {
  await answered(-3, 530);
  await answered(-2, null, null);
  await answered(-1, 12_000);
  await answered(+5, 999_999);
  const path = `/staff/orders/${paid.orderId}`;
  const en = await shown(path, 'en');
  expect(en).toContain('Talk with the bot');
  expect(en).toContain('$0.0125 · 2 answers by the model · 4,200 tokens (75% cached)');
  expect(await shown(path, 'fr')).toContain('0,0125 $US · 2 réponses du modèle · 4 200 jetons (75 % en cache)');
  expect(await shown(path, 'es')).toContain('2 respuestas del modelo · 4200 tokens (75 % en caché)');
});

test('managers see a week of the model’s cost and what each paid order comes to; /metrics counts the day', async () => {
  const { customerId } = await desk.db.order.findUniqueOrThrow({ where: { id: paid.orderId } });
  const dayAgo = (days: number) => shopDayOf(new Date(desk.clock.now().getTime() - days * 24 * 3600_000), 'UTC');
  expect(await shown('/staff/money', 'en')).not.toContain('The model in the last seven days');
  for (const [days, microUsd] of [
    [0, 700_000],
    [6, 50_000],
    [7, 9_000_000],
  ] as const)
    await addSpending(desk.db, { day: dayAgo(days), customerId }, { usage, microUsd });
  await addSpending(desk.db, { day: dayAgo(0), customerId }, { usage, microUsd: 1 });
  const page = await shown('/staff/money', 'en');
  expect(page).toMatch(
    /The model in the last seven days.*3 calls of the model.*\$0\.75.*For each paid order.*\$0\.75/s,
  );

  const measured = shopMeasurements(await watchShop(desk)).filter(({ name }) => name.startsWith('model'));
  const values = Object.fromEntries(measured.map(({ name, values }) => [name, values.map(({ value }) => value)]));
  expect(values).toEqual({
    model_pauses: [0],
    model_cost_per_paid_order_micro_usd: [750_001],
    model_calls_today: [2],
    model_tokens_today: [1_000, 3_000, 200],
    model_cost_today_micro_usd: [700_001],
  });
});

test('/metrics counts the workers that leave the model alone, until they may try again', async () => {
  const [one, two] = ['0b8f5a0e-1111-4222-8333-444455556666', '0b8f5a0e-2222-4222-8333-444455556666'];
  const inMs = (ms: number) => new Date(Date.now() + ms);
  await notePause(desk.db, { worker: one, until: inMs(60_000) });
  await notePause(desk.db, { worker: two, until: inMs(-1_000) });
  expect(await countPauses(desk.db)).toBe(1);
  expect(await watchShop(desk)).toMatchObject({ modelPauses: 1 });
  await notePause(desk.db, { worker: one, until: inMs(120_000) });
  await notePause(desk.db, { worker: one, until: null });
  expect(await countPauses(desk.db)).toBe(0);
});
