import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type OpenAI from 'openai';
import { createModel } from '../../src/vendors/openai.ts';
import { createTranscriber } from '../../src/vendors/openai-audio.ts';
import { JPEG, oggOf } from '../support/media-samples.ts';
import { sandboxWorld } from './sandbox-world.ts';
import { specsOf } from './specs.ts';

let world: Awaited<ReturnType<typeof sandboxWorld>>;
const specs = specsOf('openai');

beforeAll(async () => {
  world = await sandboxWorld();
});
afterAll(() => world.end());

const search: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'search_products',
  description: 'Finds products.',
  strict: true,
  parameters: {
    type: 'object',
    properties: { query: { type: 'string' }, season: { type: ['string', 'null'] } },
    required: ['query', 'season'],
    additionalProperties: false,
  },
};

test('a whole tool round is sent and answered as OpenAI describes', async () => {
  const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'Je cherche des pneus 205/55 R16' }];
  const ask = () =>
    world.openaiSdk.responses.create({
      model: 'gpt-5-mini',
      instructions: 'Vous êtes vendeur.',
      input,
      tools: [search],
      parallel_tool_calls: false,
      store: false,
      safety_identifier: 'hash',
      max_output_tokens: 500,
      reasoning: { effort: 'low' },
    });
  const first = await ask();
  const call = first.output.find((item) => item.type === 'function_call');
  expect(call?.name).toBe('search_products');
  expect(JSON.parse(call?.arguments ?? '')).toEqual({ query: 'pneus 205/55 R16', season: null });
  input.push(...(first.output as OpenAI.Responses.ResponseInputItem[]));
  const output = JSON.stringify({ products: [{ id: 'p1', label: 'Michelin', priceMinor: 8900, currency: 'eur' }] });
  input.push({ type: 'function_call_output', call_id: call?.call_id ?? '', output });
  const second = await ask();
  expect(second.output_text).toContain('Michelin – 89,00');
  for (const exchange of world.exchanges.filter(({ path }) => path === '/v1/responses')) {
    expect(specs.faults('response.create', 'request', JSON.parse(exchange.request))).toEqual([]);
    expect(specs.faults('response.create', 'response', JSON.parse(exchange.response))).toEqual([]);
  }
});

test('the list of models is as OpenAI describes', async () => {
  const models = await world.openaiSdk.models.list();
  expect(models.data.map(({ id }) => id)).toContain('gpt-5-mini');
  expect(specs.faults('model.list', 'response', JSON.parse(world.last('GET', /models/).response))).toEqual([]);
});

/** The fields of a form as text, its file as the description has it. */
const fieldsOf = (form: string) =>
  Object.fromEntries(
    [...form.matchAll(/name="(\w+)"(?:; filename="[^"]*")?\r\n(?:[^\r]+\r\n)*\r\n([^\r]*)/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  );

test('a voice note is posted and its words come back as OpenAI describes', async () => {
  const transcriber = createTranscriber({ apiKey: 'sk-test', baseUrl: `${world.stripeUrl}/v1` });
  await expect(transcriber.transcribe({ contentType: 'audio/ogg', bytes: oggOf(3) })).resolves.toContain('205/55 R16');
  const { request, response } = world.last('POST', /audio\/transcriptions/);
  const fields = fieldsOf(request);
  expect(Object.keys(fields).sort()).toEqual(['file', 'model', 'response_format']);
  expect(specs.faults('transcription.create', 'request', fields)).toEqual([]);
  expect(specs.faults('transcription.create', 'request', { ...fields, model: undefined, tempo: 'slow' })).not.toEqual(
    [],
  );
  expect(specs.faults('transcription.create', 'response', JSON.parse(response))).toEqual([]);
});

test('a picture is sent as OpenAI describes, and the stand-in sees a tyre in it', async () => {
  const model = createModel({ apiKey: 'sk-test', model: 'gpt-5-mini', baseUrl: `${world.stripeUrl}/v1` });
  const picture = { contentType: 'image/jpeg', bytes: JPEG };
  const reply = await model.respond({
    instructions: 'Vous êtes vendeur.',
    tools: [{ name: 'search_products', description: 'Finds products.', parameters: search.parameters ?? {} }],
    input: [{ type: 'message', role: 'user', content: '[sent a picture] vous avez ce pneu ?', images: [picture] }],
    safetyIdentifier: 'hash',
  });
  expect(reply.toolCalls[0]?.argumentsJson).toContain('205/55 R16');
  const { request } = world.last('POST', /responses/);
  expect(request).toContain('input_image');
  expect(specs.faults('response.create', 'request', JSON.parse(request))).toEqual([]);
});

test('the check can fail: a mangled answer and a mangled request are refused', async () => {
  await world.openaiSdk.responses.create({ model: 'gpt-5-mini', input: 'Bonjour' });
  const good = JSON.parse(world.last('POST', /responses/).response) as Record<string, unknown>;
  const faults = (value: unknown) => specs.faults('response.create', 'response', value);
  expect(faults(good)).toEqual([]);
  expect(faults({ ...good, status: 'done' })).not.toEqual([]);
  expect(faults({ ...good, output: [{ type: 'message', content: 'Bonjour' }] })).not.toEqual([]);
  expect(faults({ ...good, usage: { input_tokens: 'many' } })).not.toEqual([]);
  const request = { model: 'gpt-5-mini', input: [{ role: 'customer', content: 'Bonjour' }] };
  expect(specs.faults('response.create', 'request', request)).not.toEqual([]);
});
