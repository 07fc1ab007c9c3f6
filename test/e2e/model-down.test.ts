import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { customerOf } from '../support/customer.ts';
import { type RunningShop, startRunningShop } from '../support/running-shop.ts';
import { until } from '../support/until.ts';

// The built web and worker, the model's stand-in over real HTTP.

let shop: RunningShop;
beforeAll(async () => {
  shop = await startRunningShop();
}, 60_000);
afterAll(() => shop.close(), 60_000);

const metric = async (name: string) => {
  const page = await (await fetch(`${shop.publicUrl}/metrics`)).text();
  return new RegExp(`^comptoir_${name} (\\d+)$`, 'm').exec(page)?.[1];
};

test('a model that is down is left alone after three tries: the customer buys on, and the log and /metrics of the web say so', async () => {
  shop.sandbox.model.down = true;
  const customer = customerOf(shop.sandbox, 'Camille Martin');
  expect(await metric('model_pauses')).toBe('0');
  for (let time = 1; time <= 4; time++) {
    customer.writes('Bonjour, je cherche 4 pneus 205/55 R16');
    await customer.hearsOption(/^product:/);
  }
  expect(shop.sandbox.model.requests).toHaveLength(3);
  await until('/metrics counts it', async () => (await metric('model_pauses')) === '1');
  expect(shop.worker.output()).toContain('the model is left alone, rules answer');
  // No call was answered, so none was paid for.
  expect(await metric('model_calls_today')).toBe('0');
}, 60_000);
