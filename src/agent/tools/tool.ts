import { z } from 'zod';
import type { ModelTool } from '../../ports.ts';
import type { Turn } from '../turn.ts';

/** Compact data for the model; `kind` says what happened, a refusal says what may be done instead. */
export type ToolResult = { kind: string } & Record<string, unknown>;

export type Tool = ModelTool & {
  /** Never throws for what the model wrote: bad arguments are refused as data. */
  call(turn: Turn, argumentsJson: string): Promise<{ arguments: unknown; result: ToolResult }>;
};

/** As the model gets it: nothing that is null. */
export const compactJson = (result: ToolResult): string =>
  JSON.stringify(result, (_key, value: unknown) => (value === null ? undefined : value));

/** A refusal as the model gets it: why nothing was done, and what may be done instead. */
export const refused = (reason: string, instead: string, facts: Record<string, unknown> = {}): ToolResult => ({
  ...{ kind: 'refused', reason, instead },
  ...facts,
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON: the schema refuses it below, as data
  }
}

/** A format says it all; the pattern behind it costs a hundred tokens with every call, and is checked here anyway. */
function forgetPattern({ jsonSchema }: { jsonSchema: { format?: unknown; pattern?: unknown } }): void {
  if (jsonSchema.format) delete jsonSchema.pattern;
}

/**
 * A tool from its zod schema. Strict mode wants every key required, so what may be missing is nullable; what the model
 * sends is checked again here, since a model may ignore its schema.
 */
export function defineTool<Shape extends z.ZodRawShape>(definition: {
  name: string;
  description: string;
  arguments: Shape;
  run(turn: Turn, args: z.infer<z.ZodObject<Shape>>): Promise<ToolResult>;
}): Tool {
  const schema = z.strictObject(definition.arguments);
  const { $schema: _, ...parameters } = z.toJSONSchema(schema, { override: forgetPattern });
  const { name, description } = definition;
  return {
    ...{ name, description, parameters },
    async call(turn, argumentsJson) {
      const sent = parseJson(argumentsJson);
      const parsed = schema.safeParse(sent);
      if (parsed.success) return { arguments: sent, result: await definition.run(turn, parsed.data as never) };
      const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`);
      return {
        arguments: sent ?? null,
        result: refused(issues.join('; ').slice(0, 400), 'call it with what its schema says'),
      };
    },
  };
}

export const productIdArgument = z.uuid().describe('id of a product, as a tool returned it');

/** A product the tools have shown in this conversation, or that is in its cart: the only ids they take back. */
export function isKnownProduct({ draft }: Turn, productId: string): boolean {
  return draft.focus.seen.includes(productId) || draft.cart.items.some((item) => item.productId === productId);
}

export const unknownProduct = (): ToolResult =>
  refused('this product id was not returned in this conversation', 'call search_products and take an id of its result');
