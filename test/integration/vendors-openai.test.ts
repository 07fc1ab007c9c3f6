import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ModelItem } from '../../src/ports.ts';
import { createModel, fetchModel } from '../../src/vendors/openai.ts';
import { createTranscriber } from '../../src/vendors/openai-audio.ts';
import { JPEG, oggOf } from '../support/media-samples.ts';
import { closedAddress, type RecordingServer, startRecordingServer } from '../support/recording-server.ts';

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer(() => ({}));
});
afterAll(() => server.close());

const settings = (more: object = {}) => ({ apiKey: 'sk-x', model: 'gpt-5-mini', baseUrl: `${server.url}/v1`, ...more });
const tool = {
  name: 'search_products',
  description: 'Finds products.',
  parameters: {
    type: 'object',
    properties: { text: { type: 'string' } },
    required: ['text'],
    additionalProperties: false,
  },
};
const request = (input: ModelItem[] = [{ type: 'message', role: 'user', content: 'Bonjour' }]) => ({
  instructions: 'Sell.',
  tools: [tool],
  input,
  safetyIdentifier: 'hash-1',
});
const reply = (output: object[], more: object = {}) => ({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  output,
  usage: { input_tokens: 1200, input_tokens_details: { cached_tokens: 1024 }, output_tokens: 30 },
  ...more,
});
const said = (text: string) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});
const called = {
  id: 'fc_1',
  type: 'function_call',
  status: 'completed',
  call_id: 'call_1',
  name: 'search_products',
  arguments: '{"text":"pneu"}',
};
const thought = { id: 'rs_1', type: 'reasoning', status: null, summary: [], encrypted_content: 'opaque' };

test('a request is stateless, strict and one call at a time; usage is read', async () => {
  server.answers(() => ({ json: reply([said('Bonjour !')]) }));
  await expect(createModel(settings()).respond(request())).resolves.toEqual({
    text: 'Bonjour !',
    toolCalls: [],
    outputItems: [{ type: 'message', role: 'assistant', content: 'Bonjour !' }],
    usage: { inputTokens: 1200, cachedInputTokens: 1024, outputTokens: 30 },
  });
  expect(JSON.parse(server.last('/v1/responses').body)).toEqual({
    model: 'gpt-5-mini',
    instructions: 'Sell.',
    tools: [{ type: 'function', strict: true, ...tool }],
    input: [{ type: 'message', role: 'user', content: 'Bonjour' }],
    store: false,
    parallel_tool_calls: false,
    safety_identifier: 'hash-1',
    max_output_tokens: 2500,
    reasoning: { effort: 'low' },
    include: ['reasoning.encrypted_content'],
  });
});

test('a model that does not reason gets neither reasoning nor its include', async () => {
  server.answers(() => ({ json: reply([said('Hi')]) }));
  await createModel(settings({ model: 'gpt-4.1-mini' })).respond(request());
  const body = JSON.parse(server.last('/v1/responses').body);
  expect(body).toMatchObject({ max_output_tokens: 700 });
  expect(body).not.toHaveProperty('reasoning');
  expect(body).not.toHaveProperty('include');
});

test('a tool call goes back with its thought and its answer, without ids that nothing stored', async () => {
  server.answers(() => ({ json: reply([thought, called]) }));
  const model = createModel(settings());
  const first = await model.respond(request());
  expect(first.toolCalls).toEqual([{ callId: 'call_1', name: 'search_products', argumentsJson: '{"text":"pneu"}' }]);
  const answer: ModelItem = { type: 'function_call_output', call_id: 'call_1', output: '[]' };
  server.answers(() => ({ json: reply([said('Rien.')]) }));
  await model.respond(request([...first.outputItems, answer]));
  expect(JSON.parse(server.last('/v1/responses').body).input).toEqual([
    { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'opaque' },
    { type: 'function_call', call_id: 'call_1', name: 'search_products', arguments: '{"text":"pneu"}' },
    answer,
  ]);
});

test('a refusal’s words are the answer', async () => {
  const refusal = { ...said(''), content: [{ type: 'refusal', refusal: 'Non.' }] };
  server.answers(() => ({ json: reply([refusal]) }));
  await expect(createModel(settings()).respond(request())).resolves.toMatchObject({ text: 'Non.' });
});

test.each([
  [401, 'model_refused_request', false],
  [404, 'model_refused_request', false],
  [400, 'model_refused_request', false],
  [429, 'model_unavailable', true],
  [500, 'model_unavailable', true],
  [503, 'model_unavailable', true],
])('HTTP %i becomes %s after a single try', async (status, code, retryable) => {
  server.answers(() => ({ status, json: { error: { message: 'Incorrect API key provided: sk-x' } } }));
  await expect(createModel(settings()).respond(request())).rejects.toMatchObject({
    code,
    retryable,
    message: expect.not.stringContaining('sk-x'),
  });
  expect(server.requests).toHaveLength(1);
});

test('an answer that is late, cut or unfinished makes the model unavailable', async () => {
  const model = createModel(settings({ timeoutMs: 150 }));
  server.answers(() => ({ hang: true }));
  await expect(model.respond(request())).rejects.toMatchObject({ code: 'model_unavailable', retryable: true });
  server.answers(() => ({ cut: true }));
  await expect(model.respond(request())).rejects.toMatchObject({ code: 'model_unavailable' });
  server.answers(() => ({ json: reply([said('Il y a')], { status: 'incomplete' }) }));
  await expect(model.respond(request())).rejects.toMatchObject({ code: 'model_unavailable' });
  const nobody = createModel(settings({ baseUrl: await closedAddress() }));
  await expect(nobody.respond(request())).rejects.toMatchObject({ code: 'model_unavailable' });
});

test('the doctor is told the model', async () => {
  server.answers(() => ({ json: { id: 'gpt-5-mini', object: 'model' } }));
  await expect(fetchModel(settings())).resolves.toBe('gpt-5-mini');
  expect(server.last('/v1/models/gpt-5-mini').method).toBe('GET');
});

test("a picture goes with its words as an input image, and with nobody's but the customer's", async () => {
  server.answers(() => ({ json: reply([said('Un Michelin.')]) }));
  const images = [{ contentType: 'image/jpeg', bytes: JPEG }];
  const message = (role: 'user' | 'assistant'): ModelItem => ({ type: 'message', role, content: 'celui-ci ?', images });
  await createModel(settings()).respond(request([message('assistant'), message('user')]));
  const sent = JSON.parse(server.last('/responses').body);
  expect(sent.input).toEqual([
    { type: 'message', role: 'assistant', content: 'celui-ci ?' },
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'celui-ci ?' },
        { type: 'input_image', detail: 'auto', image_url: `data:image/jpeg;base64,${JPEG.toString('base64')}` },
      ],
    },
  ]);
});

const voice = { contentType: 'audio/ogg', bytes: oggOf(2) };
const transcribe = (more: object = {}) => createTranscriber(settings(more)).transcribe(voice);

test('a voice note is posted as a file whose name tells its format, and its words come back', async () => {
  server.answers(() => ({ json: { text: ' Des pneus 205/55 R16. ' } }));
  await expect(transcribe()).resolves.toBe('Des pneus 205/55 R16.');
  const { headers, body } = server.last('/v1/audio/transcriptions');
  expect(headers['content-type']).toContain('multipart/form-data');
  expect(body).toContain('gpt-4o-mini-transcribe');
  expect(body).toContain('filename="voice.ogg"');
});

test.each(['', ' … ', 'Sous-titres réalisés par la communauté d’Amara.org', 'Thanks for watching!'])(
  'silence is nobody saying anything, though it was heard as "%s"',
  async (text) => {
    server.answers(() => ({ json: { text } }));
    await expect(transcribe()).resolves.toBe('');
  },
);

test('a transcription that fails says why in one word, and never hangs', async () => {
  server.answers(() => ({ status: 400, json: { error: { message: 'secret audio', type: 'invalid_request_error' } } }));
  await expect(transcribe()).rejects.toMatchObject({ code: 'model_refused_request', retryable: false });
  server.answers(() => ({ status: 503 }));
  await expect(transcribe()).rejects.toMatchObject({ code: 'model_unavailable', retryable: true });
  server.answers(() => ({ hang: true }));
  await expect(transcribe({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'model_unavailable' });
  await expect(
    createTranscriber(settings()).transcribe({ contentType: 'audio/x-unheard', bytes: JPEG }),
  ).rejects.toMatchObject({ code: 'model_refused_request' });
});
