// Answers as OpenAI does: at first a search, then a sentence about what it found, each after LATENCY_MS.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const LATENCY_MS = Number(process.env.LATENCY_MS ?? 0);
let count = 0;

const search = () => ({
  ...{ type: 'function_call', id: `fc_${count}`, call_id: `call_${count}`, status: 'completed' },
  ...{ name: 'search_products', arguments: JSON.stringify({ query: 'pneu 205/55 R16', max_price: null }) },
});
const sentence = () => ({
  ...{ type: 'message', id: `msg_${count}`, role: 'assistant', status: 'completed' },
  content: [{ type: 'output_text', text: 'Voici ce que nous avons.', annotations: [], logprobs: [] }],
});

const server = createServer(async (request, response) => {
  if (request.method === 'GET') return void response.writeHead(200).end(String(count));
  const { input } = JSON.parse(await text(request)) as { input: { type: string }[] };
  count++;
  const answer = {
    ...{ id: `resp_${count}`, object: 'response', status: 'completed', model: 'bench', error: null },
    output: [input.at(-1)?.type === 'function_call_output' ? sentence() : search()],
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2, input_tokens_details: { cached_tokens: 0 } },
  };
  setTimeout(
    () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
    LATENCY_MS,
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
