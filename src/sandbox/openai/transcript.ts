export type Call = { name: string; callId: string; given: Record<string, unknown>; output: unknown };
export type Turn = { role: 'user' | 'assistant'; text: string } | ({ role: 'tool' } & Call);

export type Transcript = {
  turns: Turn[];
  /** The customer's newest words: every user message since the assistant last said something. */
  said: string;
  /** What was already called to answer them. */
  done: Call[];
  /** Everything the customer wrote, newest first. */
  userTexts: string[];
  /** What the shop told the model outside the conversation. */
  background: string;
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
    background: backgroundOf(input),
  };
}

function backgroundOf(input: unknown): string {
  const items = Array.isArray(input) ? (input as Item[]) : [];
  const told = items.filter((item) => item.role === 'developer' || item.role === 'system');
  return told.map((item) => textOf(item.content)).join('\n');
}

function turnsOf(input: unknown): Turn[] {
  const turns: Turn[] = [];
  const calls = new Map<string, Extract<Turn, { role: 'tool' }>>();
  for (const item of Array.isArray(input) ? (input as Item[]) : []) {
    if (item.type === 'function_call') {
      const given = parsed(String(item.arguments));
      const call = {
        role: 'tool' as const,
        name: String(item.name),
        callId: String(item.call_id),
        given: (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>,
        output: undefined as unknown,
      };
      calls.set(call.callId, call);
      turns.push(call);
    } else if (item.type === 'function_call_output') {
      const call = calls.get(String(item.call_id));
      if (call) call.output = parsed(textOf(item.output));
    } else if (item.role === 'user' || item.role === 'assistant') {
      const text = textOf(item.content);
      turns.push({ role: item.role, text: item.role === 'user' ? wordsIn(text) : text });
    }
  }
  return turns;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: Item) => (part.type === 'input_image' ? SEEN : typeof part.text === 'string' ? part.text : ''))
    .join('\n');
}

/** The stand-in has no eyes: every picture shows the side of the same tyre. */
const SEEN = 'Michelin 205/55 R16';
// What a shop writes in front of a message about how it came: [voice note, transcribed], [replies to ... "..."]
const MARK = /^\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]\s*/;

/** The customer's own words; where they name nothing ("still available?"), those of the advertisement they came from. */
function wordsIn(text: string): string {
  const marks: string[] = [];
  let words = text;
  for (let mark = MARK.exec(words); mark; mark = MARK.exec(words)) {
    marks.push(mark[1] ?? '');
    words = words.slice(mark[0].length);
  }
  const advertisement = marks.find((mark) => mark.startsWith('came from the advertisement'));
  const advertised = /"(?:[^"\\]|\\.)*"/.exec(advertisement ?? '')?.[0];
  if (!advertised || /\d{3}/.test(words)) return words.trim();
  return String(JSON.parse(advertised));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Tools may answer in plain words; those are as good as JSON to a model.
    return text;
  }
}
