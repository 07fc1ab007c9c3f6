export type Call = { name: string; callId: string; output: unknown };
export type Turn = { role: 'user' | 'assistant'; text: string } | ({ role: 'tool' } & Call);

export type Transcript = {
  turns: Turn[];
  /** The customer's newest words: every user message since the assistant last said something. */
  said: string;
  /** What was already called to answer them. */
  done: Call[];
  /** Everything the customer wrote, newest first. */
  userTexts: string[];
};

type Item = Record<string, unknown>;

/** Reads the `input` of POST /v1/responses: a text, or messages, function calls and their outputs. */
export function readTranscript(input: unknown): Transcript {
  const turns = turnsOf(typeof input === 'string' ? [{ role: 'user', content: input }] : input);
  const lastUser = turns.findLastIndex((turn) => turn.role === 'user');
  let first = lastUser;
  while (first > 0 && turns[first - 1]?.role === 'user') first -= 1;
  const textsOf = (some: Turn[]): string[] => some.flatMap((turn) => (turn.role === 'user' ? [turn.text] : []));
  return {
    turns,
    said: textsOf(turns.slice(Math.max(first, 0), lastUser + 1)).join('\n'),
    done: turns.slice(lastUser + 1).filter((turn) => turn.role === 'tool'),
    userTexts: textsOf(turns).reverse(),
  };
}

function turnsOf(input: unknown): Turn[] {
  const turns: Turn[] = [];
  const calls = new Map<string, Extract<Turn, { role: 'tool' }>>();
  for (const item of Array.isArray(input) ? (input as Item[]) : []) {
    if (item.type === 'function_call') {
      const call = { role: 'tool' as const, name: String(item.name), callId: String(item.call_id), output: undefined };
      calls.set(call.callId, call);
      turns.push(call);
    } else if (item.type === 'function_call_output') {
      const call = calls.get(String(item.call_id));
      if (call) call.output = parseOutput(item.output);
    } else if (item.role === 'user' || item.role === 'assistant') {
      turns.push({ role: item.role, text: textOf(item.content) });
    }
  }
  return turns;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: Item) => (typeof part.text === 'string' ? part.text : '')).join('\n');
}

function parseOutput(output: unknown): unknown {
  const text = textOf(output);
  try {
    return JSON.parse(text);
  } catch {
    // Tools may answer in plain words; those are as good as JSON to a model.
    return text;
  }
}
