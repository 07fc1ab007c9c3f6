// Cuts the vendors' API descriptions down to the operations the shop uses: test/contract/specs/*.json, against which the
// contract tests hold both our requests and the stand-ins' answers.
//   node scripts/trim-vendor-specs.mjs FOLDER     (FOLDER has stripe/schema.json, twilio/*.json, openai/openapi.json)
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
if (!folder) throw new Error('usage: node scripts/trim-vendor-specs.mjs FOLDER');
const target = join(import.meta.dirname, '../test/contract/specs');
const read = (path) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
mkdirSync(target, { recursive: true });

const DROPPED = new Set(['description', 'title', 'example', 'examples', 'discriminator', 'deprecated', 'default']);

/** One JSON Schema dialect for all three: no prose, no vendor extensions, `nullable` as a type, references renamed. */
function plain(schema, rename) {
  if (Array.isArray(schema)) return schema.map((one) => plain(one, rename));
  if (typeof schema !== 'object' || schema === null) return schema;
  if (typeof schema.$ref === 'string') return { $ref: `#/definitions/${rename(schema.$ref)}` };
  const { nullable, ...rest } = schema;
  const result = {};
  for (const [key, value] of Object.entries(rest)) {
    if (key === 'properties' || key === 'patternProperties') {
      result[key] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, rename)]));
    } else if (key === 'enum' || key === 'required' || key === 'const') result[key] = value;
    else if (DROPPED.has(key) || key.startsWith('x-') || key.startsWith('$')) continue;
    // Variants that overlap are all right: what must hold is that one of them fits.
    else result[key === 'oneOf' ? 'anyOf' : key] = plain(value, rename);
  }
  return nullable ? { anyOf: [result, { type: 'null' }] } : result;
}

/** The definitions that can be reached from the operations. */
function reachable(operations, definitions) {
  const kept = {};
  const look = (value) => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/definitions\/([^"]+)"/g)) {
      if (kept[name]) continue;
      if (!definitions[name]) throw new Error(`no definition ${name}`);
      kept[name] = definitions[name];
      look(kept[name]);
    }
  };
  look(operations);
  return kept;
}

function write(name, source, operations, definitions) {
  const text = JSON.stringify({ source, operations, definitions: reachable(operations, definitions) });
  writeFileSync(join(target, `${name}.json`), `${text}\n`);
  process.stdout.write(`${name}: ${Math.round(text.length / 1024)} kB\n`);
}

/** Answers may hold nothing that the description does not know. */
function closed(schema) {
  const properties = Object.keys(schema.properties ?? {});
  if (schema.type !== 'object' || properties.length === 0 || schema.additionalProperties) return schema;
  return { ...schema, additionalProperties: false };
}

/** Twilio marks nothing as required, but always sends every field. */
function complete(schema) {
  if (!schema.properties) return schema;
  return { ...closed(schema), required: Object.keys(schema.properties) };
}

/** What schema.json leaves out, read from the installed SDK's own types: one interface, its enums as plain text. */
function fromStripeTypes(file, name) {
  const types = readFileSync(join(import.meta.dirname, '../node_modules/stripe/esm/resources', file), 'utf8');
  const [, from] = types.split(`export interface ${name} {`);
  const fields = [...from.split('\n}')[0].matchAll(/^ {4}(\w+)(\??): (.+);$/gm)];
  const typeOf = (type) => {
    if (/^(string|number|boolean|null)$/.test(type)) return { type };
    if (type.startsWith("'")) return { const: type.slice(1, -1) };
    if (type.startsWith('Array<')) return { type: 'array' };
    return { type: type.includes('.') ? 'string' : 'object' };
  };
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([, key, , type]) => [key, { anyOf: type.split(' | ').map(typeOf) }])),
    required: fields.filter(([, , optional]) => !optional).map(([, key]) => key),
  };
}

function stripe() {
  const spec = read('stripe/schema.json');
  const warning = fromStripeTypes('Radar/EarlyFraudWarnings.d.ts', 'EarlyFraudWarning');
  spec.operations.push({ id: 'EarlyFraudWarning.retrieve', response: closed(warning) });
  const transaction = fromStripeTypes('BalanceTransactions.d.ts', 'BalanceTransaction');
  spec.definitions['response:BalanceTransactions:BalanceTransaction'] = transaction;
  const name = (ref) => ref.replace('#/definitions/', '').replaceAll(/[^\w.]/g, '-');
  // Payment methods other than cards, and what only subscriptions or set-ups use, are not looked into.
  const cut =
    /PaymentMethodDetails\.(?!Card)|PaymentMethodOptions\.(?!Card)|NextAction\.|PaymentMethodData|DestinationDetails\.(?!Card)|PaymentSource|SubscriptionData|params.*PaymentMethodOptions/;
  const definitions = Object.fromEntries(
    Object.entries(spec.definitions).map(([key, schema]) => {
      const cleaned = cut.test(key) ? { type: 'object' } : plain(schema, name);
      return [name(key), key.startsWith('response:') ? closed(cleaned) : cleaned];
    }),
  );
  const wanted = [
    'Session.create Session.retrieve Session.expire PaymentIntent.retrieve PaymentIntent.update Charge.retrieve',
    'Charge.list Refund.create Refund.retrieve Refund.list Dispute.retrieve EarlyFraudWarning.retrieve Event.list',
    'WebhookEndpoint.create WebhookEndpoint.update WebhookEndpoint.list',
  ].flatMap((names) => names.split(' '));
  const operations = Object.fromEntries(
    wanted.map((id) => {
      const operation = spec.operations.find((one) => one.id === id);
      if (!operation) throw new Error(`no operation ${id}`);
      const { params, response } = operation;
      const request = /\.(create|list)$/.test(id) ? { request: plain(params, name) } : {};
      return [id, { ...request, response: plain(response, name) }];
    }),
  );
  write('stripe', spec.source, operations, definitions);
}

const component = (ref) =>
  ref
    .split('/')
    .at(-1)
    .replaceAll(/[^\w.]/g, '-');

function twilio() {
  const specs = [read('twilio/api-v2010.json'), read('twilio/content-v1.json')];
  const resources = /^(api\.v2010\.account\.message|content\.v1\.content(\.approval_\w+)?)$/;
  const definitions = Object.fromEntries(
    specs
      .flatMap((spec) => Object.entries(spec.components.schemas))
      .map(([key, schema]) => [
        key,
        resources.test(key) ? complete(plain(schema, component)) : plain(schema, component),
      ]),
  );
  const bodyOf = (content) => plain(Object.values(content)[0].schema, component);
  const operation = (path, method, status) => {
    const found = specs.map((spec) => spec.paths[path]?.[method]).find(Boolean);
    if (!found) throw new Error(`no operation ${method} ${path}`);
    const request = found.requestBody ? { request: bodyOf(found.requestBody.content) } : {};
    return { ...request, response: bodyOf(found.responses[status].content) };
  };
  const account = '/2010-04-01/Accounts/{AccountSid}';
  const operations = {
    'message.create': operation(`${account}/Messages.json`, 'post', '201'),
    'message.list': operation(`${account}/Messages.json`, 'get', '200'),
    'message.fetch': operation(`${account}/Messages/{Sid}.json`, 'get', '200'),
    'content.create': operation('/v1/Content', 'post', '201'),
    'content.list': operation('/v1/Content', 'get', '200'),
    'content.fetch': operation('/v1/Content/{Sid}', 'get', '200'),
    'approval.create': operation('/v1/Content/{ContentSid}/ApprovalRequests/whatsapp', 'post', '201'),
    'approval.fetch': operation('/v1/Content/{Sid}/ApprovalRequests', 'get', '200'),
  };
  write('twilio', 'twilio/twilio-oai 2.6.7', operations, definitions);
}

function openai() {
  const spec = read('openai/openapi.json');
  // The kinds of items and tools that the shop has; a description of all of them is ten times as long.
  const kept = {
    OutputItem: ['OutputMessage', 'FunctionToolCall', 'ReasoningItem'],
    InputItem: ['EasyInputMessage', 'Item'],
    Item: ['InputMessage', 'OutputMessage', 'FunctionToolCall', 'FunctionCallOutputItemParam', 'ReasoningItem'],
    Tool: ['FunctionTool'],
    ToolChoiceParam: ['ToolChoiceOptions', 'ToolChoiceFunction'],
  };
  const definitions = Object.fromEntries(
    Object.entries(spec.components.schemas).map(([key, schema]) => {
      if (!kept[key]) return [key, plain(schema, component)];
      return [key, { anyOf: kept[key].map((name) => ({ $ref: `#/definitions/${name}` })) }];
    }),
  );
  const { requestBody, responses } = spec.paths['/responses'].post;
  const json = (content) => plain(content['application/json'].schema, component);
  const operations = {
    'response.create': { request: json(requestBody.content), response: json(responses['200'].content) },
    'transcription.create': {
      request: plain(
        spec.paths['/audio/transcriptions'].post.requestBody.content['multipart/form-data'].schema,
        component,
      ),
      response: plain({ $ref: '#/components/schemas/CreateTranscriptionResponseJson' }, component),
    },
    'model.list': { response: json(spec.paths['/models'].get.responses['200'].content) },
  };
  write('openai', 'openai/openai-openapi 2.3.0', operations, definitions);
}

stripe();
twilio();
openai();
