import { givenTo } from '../agent/given.ts';
import { AppError } from '../domain/errors.ts';
import { untoldAmounts } from '../domain/told-amounts.ts';
import type { Model, ModelItem, ModelReply } from '../ports.ts';
import type { ModelUse } from './check-case.ts';
import type { RecordedAnswer } from './eval-case.ts';
import { argumentsHere, type IdNames, namedArguments, namedWords, UnknownName, wordsHere } from './id-names.ts';

type Request = Parameters<Model['respond']>[0];
type Names = () => Promise<IdNames>;

/** The customer's words that are answered; undefined when the answer follows on a tool's result. */
function wordsAnswered(input: readonly ModelItem[]): string | undefined {
  const last = input.at(-1);
  return last?.type === 'message' && last.role === 'user' ? last.content : undefined;
}

export const noUse = (): ModelUse => ({ calls: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 });

/**
 * `model`, with every amount that it says and was not given told to `onInvented`: a model's prices are the catalogue's, also
 * where no conversation thought of forbidding this one.
 */
export function watchedModel(model: Model, onInvented: (problem: string) => void): Model {
  return {
    ...model,
    async respond(request) {
      const reply = await model.respond(request);
      for (const cents of untoldAmounts(reply.text, givenTo(request)))
        onInvented(`the model said ${(cents / 100).toFixed(2)} €, which nobody told it`);
      return reply;
    },
  };
}

/** `model` with what it costs counted into `use`; calls that fail count too. */
export function countingModel(model: Model, use: ModelUse): Model {
  return {
    ...model,
    async respond(request) {
      use.calls += 1;
      const reply = await model.respond(request);
      use.inputTokens += reply.usage.inputTokens;
      use.cachedInputTokens += reply.usage.cachedInputTokens;
      use.outputTokens += reply.usage.outputTokens;
      return reply;
    },
  };
}

function parsed(json: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : json;
  } catch {
    return json; // kept as the model wrote it
  }
}

/** `model`, with every answer of it written into `answers` under names that mean the same on any database. */
export function recordingModel(model: Model, names: Names, answers: RecordedAnswer[]): Model {
  const write = (request: Request, reply: ModelReply, known: IdNames): RecordedAnswer => {
    const words = wordsAnswered(request.input);
    const to = words === undefined ? {} : { to: namedWords(words, known) };
    const text = namedWords(reply.text, known);
    if (reply.toolCalls.length === 0) return { ...to, text };
    const calls = reply.toolCalls.map(({ name, argumentsJson }) => {
      const given = parsed(argumentsJson);
      return { name, arguments: namedArguments(given, known) as typeof given };
    });
    return { ...to, ...(text && { text }), calls };
  };
  return {
    ...model,
    async respond(request) {
      const reply = await model.respond(request);
      answers.push(write(request, reply, await names()));
      return reply;
    },
  };
}

const UNPAID = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };

function toReply(answer: RecordedAnswer, names: IdNames, nth: number): ModelReply {
  if ('fails' in answer) throw new AppError('model_unavailable', answer.fails, { retryable: true });
  const text = wordsHere(answer.text ?? '', names);
  const calls = 'calls' in answer ? answer.calls : [];
  const toolCalls = calls.map(({ name, arguments: given }, index) => ({
    callId: `call_${nth}_${index}`,
    name,
    argumentsJson: typeof given === 'string' ? given : JSON.stringify(argumentsHere(given, names)),
  }));
  const outputItems = toolCalls.map(({ callId, name, argumentsJson }): ModelItem => {
    return { type: 'output_item', raw: { type: 'function_call', call_id: callId, name, arguments: argumentsJson } };
  });
  return { text, toolCalls, outputItems, usage: UNPAID };
}

const clip = (text: string) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

/**
 * Answers what was recorded, in its order. `misfits` says afterwards where conversation and recording went apart: other
 * words to answer, more or fewer answers than recorded, a tool or a product that is no more. The turn itself then goes on
 * by rules, as with any model that fails.
 */
export function replayedModel(answers: readonly RecordedAnswer[], names: Names): { model: Model; misfits(): string[] } {
  const problems: string[] = [];
  let asked = 0;
  const miss = (problem: string): AppError => {
    problems.push(problem);
    return new AppError('recording_misfit', problem);
  };
  async function respond(request: Request): Promise<ModelReply> {
    asked += 1;
    const answer = answers[asked - 1];
    if (!answer) throw miss(`the model is asked ${asked} times, ${answers.length} answers are recorded`);
    const known = await names();
    const words = wordsAnswered(request.input);
    if (answer.to !== undefined && answer.to !== (words === undefined ? undefined : namedWords(words, known))) {
      throw miss(
        `answer ${asked} was recorded to "${clip(answer.to)}", now it is asked "${clip(words ?? 'after a tool')}"`,
      );
    }
    try {
      return toReply(answer, known, asked);
    } catch (error) {
      if (error instanceof UnknownName) throw miss(`answer ${asked}: ${error.message}`);
      throw error;
    }
  }
  return {
    model: { name: 'recorded', respond },
    misfits() {
      if (problems.length > 0 || asked >= answers.length) return problems;
      return [`${answers.length} answers are recorded, the model was asked ${asked} times`];
    },
  };
}
