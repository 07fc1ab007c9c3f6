import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

type Specs = { operations: Record<string, Record<string, object>>; definitions: Record<string, object> };

/**
 * The official description of one vendor's operations. `faults` tells what is wrong with a value, one line each, and
 * nothing when the value is as the vendor says.
 */
export function specsOf(vendor: 'stripe' | 'twilio' | 'openai', { fromForm = false } = {}) {
  const path = join(import.meta.dirname, 'specs', `${vendor}.json`);
  const { operations, definitions } = JSON.parse(readFileSync(path, 'utf8')) as Specs;
  // Formats are left to the vendors: Twilio calls paths "uri" and OpenAI numbers "unixtime".
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, coerceTypes: fromForm });
  const compiled = new Map<string, ValidateFunction>();
  return {
    faults(operation: string, part: 'request' | 'response', value: unknown): string[] {
      const key = `${operation} ${part}`;
      const schema = operations[operation]?.[part];
      if (!schema) throw new Error(`no ${key} in the ${vendor} specs`);
      const validate = compiled.get(key) ?? ajv.compile({ ...schema, definitions });
      compiled.set(key, validate);
      validate(structuredClone(value));
      return (validate.errors ?? []).map(
        (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
      );
    },
  };
}
