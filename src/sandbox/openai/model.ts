import { setTimeout as delay } from 'node:timers/promises';
import express, { type Request, type Response, type Router } from 'express';
import type { SandboxClock } from '../clock.ts';
import { type Decision, decide } from './brain.ts';
import { invalidInForm, readForm } from './multipart.ts';
import { type ModelRequest, responseFor, usageOf } from './response.ts';
import type { Tool } from './situation.ts';

/** One answer that a test prescribes: words, tool calls, or an HTTP error. */
export type ScriptedReply =
  | { text: string }
  | { calls: { name: string; arguments: Record<string, unknown> | string }[] }
  | { status: number; body?: unknown };

type Needs = { clock: SandboxClock };

/** The stand-in has no ears: every recording says the same. */
const HEARD = 'Bonjour, je cherche quatre pneus 205/55 R16.';
const REMEMBERED_REQUESTS = 200;
const MODELS = ['gpt-5-mini', 'gpt-5', 'gpt-5-nano'];

/** The stand-in for OpenAI's Responses API and its transcription of recordings. */
export class ModelStandIn {
  readonly router: Router;
  /** While true every call is answered 503. */
  down = false;
  /** How long every answer takes. */
  slowMs = 0;
  /** The last bodies posted to /v1/responses, oldest first. */
  readonly requests: ModelRequest[] = [];
  readonly #script: ScriptedReply[] = [];
  readonly #heard: string[] = [];
  readonly #cached = new Set<string>();
  readonly #clock: SandboxClock;

  constructor({ clock }: Needs) {
    this.#clock = clock;
    this.router = express.Router({ caseSensitive: true });
    this.router.use((request, response, next) => {
      if (/^Bearer \S+/.test(request.get('authorization') ?? '')) return next();
      fail(response, 401, 'You did not provide an API key.', 'invalid_request_error', 'invalid_api_key');
    });
    this.router.use(express.json({ limit: '10mb' }));
    this.router.get('/v1/models', (_request, response) => {
      response.json({ object: 'list', data: MODELS.map(modelResource) });
    });
    this.router.get('/v1/models/:id', (request, response) => {
      response.json(modelResource(request.params.id));
    });
    this.router.post('/v1/audio/transcriptions', express.raw({ type: 'multipart/form-data', limit: '25mb' }));
    this.router.post('/v1/audio/transcriptions', (request, response) => this.#transcribe(request, response));
    this.router.post('/v1/responses', (request, response) => this.#respond(request, response));
    this.router.use((request, response) => {
      fail(response, 404, `Unknown request URL: ${request.method} ${request.path}.`, 'invalid_request_error');
    });
  }

  /** What the next recordings say, in order; afterwards each says what a newcomer's first one would. */
  hear(texts: string[]): void {
    this.#heard.push(...texts);
  }

  /** The next answers, in order; afterwards the stand-in thinks for itself again. */
  script(replies: ScriptedReply[]): void {
    this.#script.push(...replies);
  }

  #transcribe(request: Request, response: Response): void {
    const form = readForm(request.get('content-type') ?? '', request.body as Buffer);
    const invalid = invalidInForm(form);
    if (this.down) fail(response, 503, 'The engine is currently overloaded.', 'server_error', 'overloaded');
    else if (invalid) fail(response, 400, invalid, 'invalid_request_error');
    else response.json({ text: this.#heard.shift() ?? HEARD, usage: { type: 'duration', seconds: 3 } });
  }

  async #respond(request: Request, response: Response): Promise<void> {
    const body = (request.body ?? {}) as ModelRequest;
    this.requests.push(body);
    if (this.requests.length > REMEMBERED_REQUESTS) this.requests.shift();
    if (this.slowMs > 0) await delay(this.slowMs, undefined, { ref: false });
    // Whoever asked gave up: what a test prescribed is for the next one.
    if (response.closed) return;
    if (this.down) return fail(response, 503, 'The engine is currently overloaded.', 'server_error', 'overloaded');
    const invalid = invalidIn(body);
    if (invalid) return fail(response, 400, invalid, 'invalid_request_error');
    const scripted = this.#script.shift();
    if (scripted && 'status' in scripted) {
      const error = { message: 'An error ordered by a test.', type: 'server_error', param: null, code: null };
      response.status(scripted.status).json(scripted.body ?? { error });
      return;
    }
    const decision = scripted ?? decide(body.input, functionsOf(body), body.instructions ?? '');
    const usage = usageOf(body, decision, this.#cached);
    response.json(responseFor(body, { calls: callsOf(decision), text: textOf(decision), usage, clock: this.#clock }));
  }
}

function callsOf(decision: Decision | ScriptedReply): { name: string; arguments: string }[] {
  const calls = 'call' in decision ? [decision.call] : 'calls' in decision ? decision.calls : [];
  return calls.map(({ name, arguments: given }) => ({
    name,
    arguments: typeof given === 'string' ? given : JSON.stringify(given),
  }));
}

function textOf(decision: Decision | ScriptedReply): string | null {
  return 'text' in decision ? decision.text : null;
}

function invalidIn(body: ModelRequest): string | null {
  if (typeof body.model !== 'string' || body.model === '') return "Missing required parameter: 'model'.";
  if (body.stream === true) return 'The sandbox does not stream.';
  const inputIsThere = typeof body.input === 'string' || (Array.isArray(body.input) && body.input.length > 0);
  if (!inputIsThere) return "Missing required parameter: 'input'.";
  const calls = idsOf(body.input, 'function_call');
  const outputs = idsOf(body.input, 'function_call_output');
  const unanswered = calls.find((id) => !outputs.includes(id));
  if (unanswered) return `No tool output found for function call ${unanswered}.`;
  const unasked = outputs.find((id) => !calls.includes(id));
  return unasked ? `No tool call found for function call output with call_id ${unasked}.` : null;
}

function idsOf(input: unknown, type: string): string[] {
  const items = Array.isArray(input) ? (input as Record<string, unknown>[]) : [];
  return items.filter((item) => item.type === type).map((item) => String(item.call_id));
}

function functionsOf(body: ModelRequest): Tool[] {
  const tools = body.tools ?? [];
  return tools.flatMap(({ type, name, description, parameters }) => {
    if (type !== 'function' || typeof name !== 'string') return [];
    return [{ name, description: typeof description === 'string' ? description : '', parameters: parameters ?? {} }];
  });
}

function modelResource(id: string): object {
  return { id, object: 'model', created: 1_754_500_000, owned_by: 'sandbox' };
}

function fail(response: Response, status: number, message: string, type: string, code: string | null = null): void {
  response.status(status).json({ error: { message, type, param: null, code } });
}
