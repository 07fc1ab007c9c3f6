// Takes messages as Twilio does: each is answered after LATENCY_MS, at most PER_SECOND of them (0: as many as come).
// Whatever else it is asked (typing indicators) it takes and does not count.
import { createServer } from 'node:http';

const LATENCY_MS = Number(process.env.LATENCY_MS ?? 0);
const PER_SECOND = Number(process.env.PER_SECOND ?? 0);
let count = 0;
let nextFreeMs = 0;

const server = createServer((request, response) => {
  if (request.method === 'GET') return void response.writeHead(200).end(String(count));
  request.resume().on('end', () => {
    if (!request.url?.endsWith('/Messages.json')) return void response.writeHead(200).end('{}');
    const nowMs = performance.now();
    nextFreeMs = Math.max(nextFreeMs, nowMs) + (PER_SECOND > 0 ? 1000 / PER_SECOND : 0);
    const sid = `SM${String(++count).padStart(32, '0')}`;
    const answer = () => {
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ sid, status: 'queued', error_code: null }));
    };
    setTimeout(answer, Math.max(LATENCY_MS, nextFreeMs - nowMs));
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
