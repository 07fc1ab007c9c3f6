import twilio from 'twilio';
import { createApp } from '../../src/http/app.ts';
import type { AppNeeds } from '../../src/http/needs.ts';
import { listen } from '../../src/roles.ts';
import { type LogLine, recordingLog } from './recording-log.ts';
import { PUBLIC_URL, stubNeeds, TWILIO_TOKEN } from './stub-needs.ts';

/** Every route of the app: its pattern, once for each method it answers to. */
export function allRoutes(): { method: string; path: string }[] {
  const { stack } = createApp(stubNeeds(recordingLog([]))).router as unknown as {
    stack: { route?: { path: string; methods: Record<string, boolean> } }[];
  };
  return stack.flatMap(({ route }) =>
    Object.keys(route?.methods ?? {}).flatMap((method) =>
      (method === '_all' ? ['get', 'post'] : [method]).map((each) => ({ method: each, path: route?.path ?? '' })),
    ),
  );
}

/** The patterns that answer to GET. */
export const routesOf = (): string[] =>
  allRoutes()
    .filter(({ method }) => method === 'get')
    .map(({ path }) => path);

/** The app over real HTTP, with `given` in place of stubs that fail when called. Close it when done. */
export async function startWeb(given: Partial<AppNeeds> = {}, port = 0) {
  const lines: LogLine[] = [];
  const app = createApp({ ...stubNeeds(recordingLog(lines)), ...given });
  const listening = await listen(app, port, { host: '127.0.0.1' });
  const address = `http://127.0.0.1:${listening.port}`;
  return {
    address,
    lines,
    /** Redirects are answers to look at, not to follow. */
    fetch: (path: string, init: RequestInit = {}) => fetch(address + path, { redirect: 'manual', ...init }),
    close: listening.close,
  };
}
export type Web = Awaited<ReturnType<typeof startWeb>>;

/** Runs `use` against the app and closes it whatever happens. */
export async function withWeb(given: Partial<AppNeeds>, use: (web: Web) => Promise<void>): Promise<void> {
  const web = await startWeb(given);
  try {
    await use(web);
  } finally {
    await web.close();
  }
}

/** A POST as Twilio makes it: signed for the public address, whatever address it really goes to. */
export function twilioPost(path: string, fields: Record<string, string>, token = TWILIO_TOKEN): RequestInit {
  const signature = twilio.getExpectedTwilioSignature(token, PUBLIC_URL + path, fields);
  return { method: 'POST', body: new URLSearchParams(fields), headers: { 'x-twilio-signature': signature } };
}
