import OpenAI from 'openai';
import { AppError } from '../domain/errors.ts';
import { BRIEF_SHARE } from '../domain/model-budget.ts';
import { modelReasons } from '../domain/model-name.ts';
import type { Model, ModelItem, ModelReply, ModelTool } from '../ports.ts';

export type OpenAiSettings = {
  apiKey: string;
  model: string;
  /** Another server that speaks the Responses API. */
  baseUrl: string | undefined;
  /** Per call; 15 s unless told. */
  timeoutMs?: number;
  /** Not sent unless set: models that reason refuse it. */
  temperature?: number | undefined;
  /** Unless set: low for a model that reasons, not sent to others. */
  reasoningEffort?: string | undefined;
  /** Thoughts included; 2,500 for a model that reasons and 700 for others unless set. */
  maxOutputTokens?: number | undefined;
};

type Response = OpenAI.Responses.Response;
type InputItem = OpenAI.Responses.ResponseInputItem;

const TIMEOUT_MS = 15_000;
const MAX_OUTPUT_TOKENS = 700;
// What a model thinks counts as output: room for both, or long thoughts would cut the answer.
const MAX_REASONING_OUTPUT_TOKENS = 2_500;

export const openOpenAi = ({
  apiKey,
  baseUrl,
  timeoutMs = TIMEOUT_MS,
}: Pick<OpenAiSettings, 'apiKey' | 'baseUrl' | 'timeoutMs'>): OpenAI =>
  // No retries here: a customer is waiting, and the deterministic engine answers when the model does not.
  new OpenAI({ apiKey, baseURL: baseUrl ?? null, timeout: timeoutMs, maxRetries: 0, logLevel: 'off' });

/** OpenAI's refusals and the network's failures as AppError; what was sent is not quoted. */
export function toModelError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const status = error instanceof OpenAI.APIError ? error.status : undefined;
  const isRefusal = status !== undefined && status >= 400 && status < 500 && ![408, 409, 429].includes(status);
  if (isRefusal) {
    const advice = status === 401 || status === 403 ? 'check OPENAI_API_KEY' : 'check OPENAI_MODEL and the request';
    return new AppError('model_refused_request', `OpenAI refused with HTTP ${status}: ${advice}`, {
      vendorCode: status,
    });
  }
  const what = status === undefined ? whatHappened(error) : `answered HTTP ${status}`;
  return new AppError('model_unavailable', `OpenAI ${what}`, { retryable: true, vendorCode: status });
}

/** Without an HTTP status: nothing came in time, or what came is a proxy's page, cut, or another idea of the API. */
function whatHappened(error: unknown): string {
  const isLate = error instanceof OpenAI.APIError || (error instanceof Error && /Abort|Timeout/.test(error.name));
  return isLate ? 'did not answer in time' : 'answered with something that is no whole response';
}

function toInputItem(item: ModelItem): InputItem {
  if (item.type === 'output_item') return item.raw as InputItem;
  if (item.type !== 'message') return item;
  const { images = [], ...message } = item;
  if (images.length === 0 || message.role !== 'user') return message;
  return {
    ...message,
    role: 'user',
    content: [
      { type: 'input_text', text: message.content },
      ...images.map(({ contentType, bytes }) => ({
        type: 'input_image' as const,
        detail: 'auto' as const,
        image_url: `data:${contentType};base64,${bytes.toString('base64')}`,
      })),
    ],
  };
}

/**
 * Output as it may be sent back. With store: false nothing can be looked up by id: items go back without id and status,
 * reasoning only in its encrypted form, messages as plain text.
 */
function toReplayItems(output: Response['output']): ModelItem[] {
  return output.flatMap((item): ModelItem[] => {
    if (item.type === 'message') {
      const content = textOf([item]);
      return content ? [{ type: 'message', role: 'assistant', content }] : [];
    }
    if (item.type === 'reasoning') {
      const { id, summary, encrypted_content } = item;
      return encrypted_content
        ? [{ type: 'output_item', raw: { type: 'reasoning', id, summary, encrypted_content } }]
        : [];
    }
    if (item.type === 'function_call') {
      const { call_id, name, arguments: argumentsJson } = item;
      return [{ type: 'output_item', raw: { type: 'function_call', call_id, name, arguments: argumentsJson } }];
    }
    return [];
  });
}

/** What the model says, a refusal's words included: they are for the customer too. */
function textOf(output: Response['output']): string {
  return output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : part.refusal))
    .join('');
}

function toReply(response: Response): ModelReply {
  const { status } = response;
  if (status === 'failed' || status === 'incomplete') {
    throw new AppError('model_unavailable', `OpenAI ended the answer as ${status}`, {
      ...{ retryable: true, vendorCode: status },
    });
  }
  return {
    text: textOf(response.output),
    toolCalls: response.output.flatMap((item) =>
      item.type === 'function_call' ? [{ callId: item.call_id, name: item.name, argumentsJson: item.arguments }] : [],
    ),
    outputItems: toReplayItems(response.output),
    usage: {
      inputTokens: response.usage?.input_tokens ?? 0,
      cachedInputTokens: response.usage?.input_tokens_details?.cached_tokens ?? 0,
      outputTokens: response.usage?.output_tokens ?? 0,
    },
  };
}

const toFunctionTool = ({ name, description, parameters }: ModelTool): OpenAI.Responses.FunctionTool => ({
  type: 'function',
  name,
  description,
  parameters,
  strict: true,
});

/**
 * The Responses API, stateless. Throws AppError `model_unavailable` (retryable: timeout, 429, 5xx, cut answer) or
 * `model_refused_request` (bad key, unknown model, bad request).
 */
export function createModel(settings: OpenAiSettings): Model {
  const client = openOpenAi(settings);
  const { temperature } = settings;
  const effort = settings.reasoningEffort ?? (modelReasons(settings.model) ? 'low' : undefined);
  const reasons = effort !== undefined && effort !== 'none';
  const maxOutputTokens = settings.maxOutputTokens ?? (reasons ? MAX_REASONING_OUTPUT_TOKENS : MAX_OUTPUT_TOKENS);
  return {
    name: settings.model,
    async respond({ instructions, tools, input, safetyIdentifier, isBrief }) {
      try {
        const response = await client.responses.create(
          {
            model: settings.model,
            instructions,
            tools: tools.map(toFunctionTool),
            input: input.map(toInputItem),
            store: false,
            parallel_tool_calls: false,
            safety_identifier: safetyIdentifier,
            max_output_tokens: isBrief ? Math.floor(maxOutputTokens * BRIEF_SHARE) : maxOutputTokens,
            ...(temperature !== undefined && { temperature }),
            ...(effort && { reasoning: { effort: effort as OpenAI.ReasoningEffort } }),
            ...(reasons && { include: ['reasoning.encrypted_content' as const] }),
          },
          // The SDK's timeout ends with the headers; this one holds for the whole answer.
          { signal: AbortSignal.timeout(settings.timeoutMs ?? TIMEOUT_MS) },
        );
        return toReply(response);
      } catch (error) {
        throw toModelError(error);
      }
    },
  };
}

/** The model's id, after OpenAI confirmed that this key may use it; for the doctor. */
export async function fetchModel(settings: OpenAiSettings): Promise<string> {
  try {
    return (await openOpenAi(settings).models.retrieve(settings.model)).id;
  } catch (error) {
    throw toModelError(error);
  }
}
