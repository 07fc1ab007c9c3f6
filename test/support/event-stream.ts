import type { LiveChange } from '../../src/domain/live-change.ts';

/** An open stream of server-sent events; `events` are those that came so far. */
export async function openEventStream(url: string, cookie: string) {
  const gone = new AbortController();
  const response = await fetch(url, { headers: { cookie }, signal: gone.signal });
  const events: { event: string; data: LiveChange }[] = [];
  const raw: string[] = [];
  let rest = '';
  let hasEnded = false;
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const text = decoder.decode(chunk as Uint8Array, { stream: true });
      raw.push(text);
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, event, data] = /^event: (\w+)\ndata: (.*)$/m.exec(block) ?? [];
        if (event && data) events.push({ event, data: JSON.parse(data) });
      }
    }
  })()
    .catch(() => {})
    .finally(() => {
      hasEnded = true;
    });
  return {
    status: response.status,
    headers: response.headers,
    events,
    raw: () => raw.join(''),
    count: (event: string) => events.filter((each) => each.event === event).length,
    /** `id`: of the conversation or the order. */
    heard: (kind: LiveChange['kind'], id?: string) =>
      events.some(
        ({ event, data }) =>
          event === 'change' &&
          data.kind === kind &&
          (!id || Object.entries(data).some(([name, value]) => name.endsWith('Id') && value === id)),
      ),
    hasEnded: () => hasEnded,
    async close() {
      gone.abort();
      await reading;
    },
  };
}
export type EventStream = Awaited<ReturnType<typeof openEventStream>>;
