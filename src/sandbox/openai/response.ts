import { createHash } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import { vendorId } from '../ids.ts';
import type { Schema } from './arguments.ts';

/** The part of a POST /v1/responses that the stand-in reads or gives back. */
export type ModelRequest = Record<string, unknown> & {
  model?: unknown;
  input?: unknown;
  instructions?: string | null;
  stream?: unknown;
  tools?: { type?: string; name?: unknown; parameters?: Schema; [key: string]: unknown }[];
};

type Answer = {
  calls: { name: string; arguments: string }[];
  text: string | null;
  usage: object;
  clock: SandboxClock;
};

/** A completed response as the API gives it. */
export function responseFor(request: ModelRequest, { calls, text, usage, clock }: Answer): object {
  const output: object[] = calls.map((call) => ({
    type: 'function_call',
    id: vendorId('fc'),
    call_id: vendorId('call'),
    status: 'completed',
    ...call,
  }));
  if (text !== null) output.push(messageOf(text));
  const now = clock.nowSeconds();
  return {
    id: vendorId('resp'),
    object: 'response',
    created_at: now,
    completed_at: now,
    status: 'completed',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: null,
    metadata: request.metadata ?? {},
    model: request.model,
    output,
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    reasoning: { effort: (request.reasoning as { effort?: string } | undefined)?.effort ?? null, summary: null },
    safety_identifier: request.safety_identifier ?? null,
    service_tier: 'default',
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: request.text ?? { format: { type: 'text' } },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    top_logprobs: 0,
    top_p: request.top_p ?? 1,
    truncation: request.truncation ?? 'disabled',
    usage,
  };
}

function messageOf(text: string): object {
  return {
    type: 'message',
    id: vendorId('msg'),
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
  };
}

const CACHE_MINIMUM_TOKENS = 1024;
const CACHE_STEP_TOKENS = 128;

/**
 * Plausible usage: four characters a token, and the stable beginning (tools, then instructions) counted as cached from
 * the second time on if it is long enough for the API to cache it.
 */
export function usageOf(request: ModelRequest, answer: object, cached: Set<string>): object {
  const prefix = JSON.stringify([request.tools ?? [], request.instructions ?? '']);
  const prefixTokens = tokensIn(prefix);
  const key = createHash('sha256').update(prefix).digest('hex');
  const hit = cached.has(key) && prefixTokens >= CACHE_MINIMUM_TOKENS;
  cached.add(key);
  const input_tokens = prefixTokens + tokensIn(JSON.stringify(request.input ?? ''));
  const output_tokens = tokensIn(JSON.stringify(answer));
  const cached_tokens = hit ? prefixTokens - (prefixTokens % CACHE_STEP_TOKENS) : 0;
  return {
    input_tokens,
    input_tokens_details: { cached_tokens, cache_write_tokens: 0 },
    output_tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input_tokens + output_tokens,
  };
}

function tokensIn(text: string): number {
  return Math.ceil(text.length / 4);
}
