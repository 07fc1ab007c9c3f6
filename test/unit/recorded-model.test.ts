import { expect, test } from '@jest/globals';
import type { RecordedAnswer } from '../../src/evals/eval-case.ts';
import type { IdNames } from '../../src/evals/id-names.ts';
import { countingModel, noUse, recordingModel, replayedModel, watchedModel } from '../../src/evals/recorded-model.ts';
import type { Model, ModelItem, ModelReply } from '../../src/ports.ts';

const PRODUCT = '0b8f5a0e-1111-4222-8333-444455556666';
const PLACE = '0b8f5a0e-2222-4222-8333-444455556666';
const STRANGER = '0b8f5a0e-3333-4222-8333-444455556666';
const named: IdNames = {
  skus: new Map([['TYRE-1', PRODUCT]]),
  places: new Map([['JARRY', PLACE]]),
  orders: ['C-1007'],
};
const names = async () => named;

const asked = (input: ModelItem[]) => ({ instructions: '', tools: [], input, safetyIdentifier: 'x' });
const says = (content: string) => asked([{ type: 'message', role: 'user', content }]);
const afterTool = asked([{ type: 'function_call_output', call_id: 'c', output: '{}' }]);
const usage = { inputTokens: 100, cachedInputTokens: 60, outputTokens: 5 };
const modelOf = (...replies: Partial<ModelReply>[]): Model => ({
  name: 'live',
  respond: async () => ({ text: '', toolCalls: [], outputItems: [], usage, ...replies.shift() }),
});
const call = (name: string, argumentsJson: string) => ({ callId: 'call_1', name, argumentsJson });

test('answers are recorded with names for ids, and replayed with the ids of another database', async () => {
  const answers: RecordedAnswer[] = [];
  const given = { product_id: PRODUCT, location_id: PLACE, other_id: STRANGER, order_number: 'C-1007', quantity: 2 };
  const live = modelOf({ toolCalls: [call('do', JSON.stringify(given))] }, { text: 'Commande C-1007 faite.' });
  const recording = recordingModel(live, names, answers);
  await recording.respond(says('annulez C-1007'));
  await recording.respond(afterTool);
  expect(answers).toEqual([
    {
      to: 'annulez order:1',
      calls: [
        {
          name: 'do',
          arguments: {
            product_id: 'sku:TYRE-1',
            location_id: 'place:JARRY',
            other_id: STRANGER,
            order_number: 'order:1',
            quantity: 2,
          },
        },
      ],
    },
    { text: 'Commande order:1 faite.' },
  ]);
  const elsewhere: IdNames = {
    skus: new Map([['TYRE-1', 'other']]),
    places: new Map([['JARRY', 'there']]),
    orders: ['C-2'],
  };
  const { model, misfits } = replayedModel(answers, async () => elsewhere);
  const first = await model.respond(says('annulez C-2'));
  expect(JSON.parse(first.toolCalls[0]?.argumentsJson ?? '')).toEqual({
    ...{ product_id: 'other', location_id: 'there', other_id: STRANGER, order_number: 'C-2', quantity: 2 },
  });
  expect(first.outputItems).toMatchObject([{ type: 'output_item', raw: { type: 'function_call', name: 'do' } }]);
  expect((await model.respond(afterTool)).text).toBe('Commande C-2 faite.');
  expect(misfits()).toEqual([]);
});

test('arguments that are no JSON are recorded and replayed as they are', async () => {
  const answers: RecordedAnswer[] = [];
  await recordingModel(modelOf({ toolCalls: [call('do', '{broken')] }), names, answers).respond(says('a'));
  const { model } = replayedModel(answers, names);
  expect((await model.respond(says('a'))).toolCalls[0]?.argumentsJson).toBe('{broken');
});

test('a recording fails clearly where other words are to be answered', async () => {
  const { model, misfits } = replayedModel([{ to: 'bonjour', text: 'Bonjour !' }], names);
  await expect(model.respond(says('bonsoir'))).rejects.toMatchObject({ code: 'recording_misfit' });
  expect(misfits()).toEqual(['answer 1 was recorded to "bonjour", now it is asked "bonsoir"']);
});

test('a recording fails clearly where the model is asked more often, or less, than recorded', async () => {
  const more = replayedModel([], names);
  await expect(more.model.respond(says('a'))).rejects.toMatchObject({ code: 'recording_misfit' });
  expect(more.misfits()).toEqual(['the model is asked 1 times, 0 answers are recorded']);
  const less = replayedModel([{ text: 'a' }, { text: 'b' }], names);
  await less.model.respond(says('a'));
  expect(less.misfits()).toEqual(['2 answers are recorded, the model was asked 1 times']);
});

test('a recording fails clearly where it names a product that the catalogue has no more', async () => {
  const answers = [{ calls: [{ name: 'add_to_cart', arguments: { product_id: 'sku:GONE', quantity: 1 } }] }];
  const { model, misfits } = replayedModel(answers, names);
  await expect(model.respond(says('a'))).rejects.toMatchObject({ code: 'recording_misfit' });
  expect(misfits()).toEqual(['answer 1: there is no sku:GONE in this shop']);
});

test('a written failure is thrown as a vendor that is down', async () => {
  const { model, misfits } = replayedModel([{ fails: 'OpenAI answered HTTP 503' }], names);
  await expect(model.respond(says('a'))).rejects.toMatchObject({ code: 'model_unavailable', retryable: true });
  expect(misfits()).toEqual([]);
});

test('calls and tokens are counted, failed calls too', async () => {
  const use = noUse();
  const flaky: Model = { name: 'x', respond: () => Promise.reject(new Error('down')) };
  await countingModel(modelOf({ text: 'a' }), use).respond(says('a'));
  await expect(countingModel(flaky, use).respond(says('a'))).rejects.toThrow('down');
  expect(use).toEqual({ calls: 2, ...usage });
});

test('a model that says an amount nobody told it is found out', async () => {
  const problems: string[] = [];
  const model = watchedModel(modelOf({ text: 'Pour vous : 12 €' }, { text: 'Alors 50 €' }), (said) =>
    problems.push(said),
  );
  await model.respond(says('un prix ?'));
  await model.respond(says('50 euros ?'));
  // What a customer says makes no price.
  expect(problems).toEqual(['12', '50'].map((euros) => `the model said ${euros}.00 €, which nobody told it`));
});
