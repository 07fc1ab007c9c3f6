import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { withBreaker } from '../../src/vendors/model-breaker.ts';
import { createModel } from '../../src/vendors/openai.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, openPhone } from '../support/conversation.ts';
import { startModelStandIn } from '../support/model-stand-in.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

// The circuit breaker around the real SDK, against the stand-in over HTTP.

let database: TestDatabase;
let vendor: Awaited<ReturnType<typeof startModelStandIn>>;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
  vendor = await startModelStandIn();
});
beforeEach(() => {
  vendor.standIn.down = false;
  vendor.standIn.slowMs = 0;
  vendor.standIn.requests.length = 0;
});
afterAll(async () => {
  await vendor.close();
  await database.close();
});

const LONG_MS = 3600_000;
/** `slowAfterMs`: four fifths of what the breaker takes for the timeout, so that no busy machine makes an answer late. */
type Guard = { timeoutMs?: number; slowAfterMs?: number; pausesMs?: number[] };
function guarded({ timeoutMs = 10_000, slowAfterMs = timeoutMs * 0.8, pausesMs = [LONG_MS] }: Guard = {}) {
  const changes: (Date | null)[] = [];
  const plain = createModel({ apiKey: 'sk-x', model: 'gpt-5-mini', baseUrl: vendor.baseUrl, timeoutMs });
  const model = withBreaker(plain, { timeoutMs: slowAfterMs / 0.8, pausesMs, onChange: (to) => changes.push(to) });
  const ask = () =>
    model.respond({
      ...{ instructions: 'Sell.', tools: [], safetyIdentifier: 'x' },
      input: [{ type: 'message', role: 'user', content: 'bonjour' }],
    });
  const ends = async (times: number) => {
    const codes: string[] = [];
    for (let time = 0; time < times; time++)
      codes.push(
        await ask().then(
          () => 'ok',
          (error) => error.code,
        ),
      );
    return codes;
  };
  return { model, changes, ask, ends };
}

test('down: after three failures nobody waits for it any more, and it is not even asked', async () => {
  const { ends, changes } = guarded();
  vendor.standIn.down = true;
  expect(await ends(5)).toEqual([...Array(3).fill('model_unavailable'), 'model_rests', 'model_rests']);
  expect(vendor.standIn.requests).toHaveLength(3);
  expect(changes).toEqual([expect.any(Date)]);
  expect(changes[0]?.getTime()).toBeGreaterThan(Date.now() + LONG_MS - 60_000);
});

test('slow: answers that take most of the time allowed are used, and rest it all the same', async () => {
  const { ends } = guarded({ slowAfterMs: 100 });
  vendor.standIn.slowMs = 150;
  expect(await ends(4)).toEqual(['ok', 'ok', 'ok', 'model_rests']);
  vendor.standIn.slowMs = 5_000;
  expect(await guarded({ timeoutMs: 100 }).ends(4)).toEqual([...Array(3).fill('model_unavailable'), 'model_rests']);
});

test('nonsense: what is no response rests it', async () => {
  const { ask, ends } = guarded();
  vendor.standIn.script([{ status: 200, body: '<html>Welcome</html>' }]);
  await expect(ask()).rejects.toThrow('something that is no whole response');
  vendor.standIn.script([
    { status: 200, body: { choices: [] } },
    { status: 502, body: 'Bad gateway' },
  ]);
  expect(await ends(3)).toEqual([...Array(2).fill('model_unavailable'), 'model_rests']);
});

test('a wrong key rests it; a request of one customer that it refuses does not', async () => {
  const { ends } = guarded();
  vendor.standIn.script(Array(6).fill({ status: 400 }));
  expect(await ends(7)).toEqual([...Array(6).fill('model_refused_request'), 'ok']);
  const other = guarded();
  vendor.standIn.script(Array(3).fill({ status: 401 }));
  expect(await other.ends(4)).toEqual([...Array(3).fill('model_refused_request'), 'model_rests']);
});

test('half of the last six calls is enough, one failure now and then is not', async () => {
  const { ends } = guarded();
  vendor.standIn.script([{ text: 'a' }, { text: 'b' }, { text: 'c' }, { status: 500 }, { text: 'd' }, { status: 500 }]);
  expect(await ends(6)).toEqual(['ok', 'ok', 'ok', 'model_unavailable', 'ok', 'model_unavailable']);
  vendor.standIn.script([{ status: 500 }]);
  expect(await ends(2)).toEqual(['model_unavailable', 'model_rests']);
});

test('back: one call finds out, nobody else waits for it, and then everybody has it again', async () => {
  const { ask, ends, changes } = guarded({ pausesMs: [40, 80, LONG_MS] });
  vendor.standIn.down = true;
  await ends(3);
  // Each try that fails makes the pause longer.
  await until('it was tried and failed again', async () => (await ends(1))[0] === 'model_unavailable');
  vendor.standIn.down = false;
  // As long as two who do not wait for it take on a busy machine.
  vendor.standIn.slowMs = 1_500;
  let probe: Promise<unknown> = Promise.resolve();
  await until('it is tried again', async () => {
    const before = vendor.standIn.requests.length;
    probe = ask().catch((error) => error.code);
    const first = await Promise.race([probe, until('asked', () => vendor.standIn.requests.length > before)]);
    return first !== 'model_rests';
  });
  expect(await ends(2)).toEqual(['model_rests', 'model_rests']);
  await expect(probe).resolves.toMatchObject({ toolCalls: [] });
  expect(await ends(2)).toEqual(['ok', 'ok']);
  expect(changes.at(-1)).toBeNull();
  expect(changes.filter((to) => to !== null)).toHaveLength(2);
});

test('a customer buys on while it rests: rules answer at once, and the model answers when it is back', async () => {
  // As long as the three turns and what comes before the fourth call may take on a busy machine.
  const { model } = guarded({ pausesMs: [5_000] });
  const ana = openPhone(agentNeeds(database, { model }));
  vendor.standIn.down = true;
  for (let time = 0; time < 3; time++)
    expect(bodies(await ana.says('je cherche des bridgestone 205/55 R16'))).toContain('Turanza');
  const asked = vendor.standIn.requests.length;
  expect(bodies(await ana.says('et en michelin 205/55 R16, vous auriez ?'))).toContain('Primacy');
  expect(vendor.standIn.requests).toHaveLength(asked);
  expect((await ana.turns()).at(-1)).toMatchObject({
    ...{ answeredBy: 'fallback', inputTokens: 0, error: expect.stringContaining('model_rests') },
  });
  vendor.standIn.down = false;
  // Not more often: thirty messages in a minute are a flood, which is answered later.
  await until(
    'the model answers again',
    async () => {
      await ana.says('je cherche des bridgestone 205/55 R16');
      return (await ana.turns()).at(-1)?.answeredBy === 'model';
    },
    { timeoutMs: 15_000, everyMs: 500 },
  );
});
