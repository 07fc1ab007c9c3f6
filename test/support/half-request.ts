import { connect } from 'node:net';
import { until } from './until.ts';

/** A request to `publicUrl` whose body is still on the way: the server knows of it and waits for its rest. */
export async function openHalfRequest(publicUrl: string, path: string) {
  const { hostname, port } = new URL(publicUrl);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  // The server may cut it off.
  socket.on('error', () => {});
  socket.write(`POST ${path} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 2\r\n`);
  socket.write('Expect: 100-continue\r\n\r\n{');
  await until('the request is under way', () => answer.includes('100 Continue'));
  return { sendTheRest: () => socket.write('}'), answer: () => answer, close: () => socket.destroy() };
}
