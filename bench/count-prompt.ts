import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { ModelRequest } from '../src/sandbox/openai/response.ts';

/** What the vendor caches (platform-facts): an exact prefix of at least 1,024 tokens, in steps of 128. */
const CACHE_MINIMUM = 1_024;
const CACHE_STEP = 128;

/** A request's prompt as one text, in the order the vendor reads it. */
const promptOf = ({ tools, instructions, input }: ModelRequest): string =>
  [JSON.stringify(tools), instructions, ...(input as object[]).map((item) => JSON.stringify(item))].join('\n');

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

/** Counts each prompt, and how much of it the vendor may have kept of those before: remembers what it counted. */
export function createPromptCounter() {
  const seen: string[] = [];
  return (request: ModelRequest): { tokens: number; cacheable: number } => {
    const prompt = promptOf(request);
    const longest = seen
      .map((before) => commonPrefix(prompt, before))
      .reduce((a, b) => (b.length > a.length ? b : a), '');
    seen.push(prompt);
    const shared = countTokens(longest);
    const cacheable = shared >= CACHE_MINIMUM ? shared - (shared % CACHE_STEP) : 0;
    return { tokens: countTokens(prompt), cacheable };
  };
}
