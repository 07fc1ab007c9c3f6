import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openStaffDesk, type StaffDesk } from '../support/staff-desk.ts';
import { allRoutes } from '../support/web.ts';

// Whatever is sent to whatever route, logged in or not: a clear answer, never a fault of ours, and nothing of our insides.

let desk: StaffDesk;
let boss: Awaited<ReturnType<StaffDesk['person']>>;
beforeAll(async () => {
  desk = await openStaffDesk();
  boss = await desk.person('Boss', 'manager');
}, 60_000);
afterAll(() => desk.close());

const INSIDES = /[Pp]risma|[Pp]ostgres|node_modules|\.[tj]s:\d|\bat [\w.<>]+ \(|SELECT |INSERT |[Uu]nhandled|ECONN/;
const KNOWN = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e309',
    '99999999999999999999',
    'null',
    '[object Object]',
    '%00',
    '\u0000',
    '\ud800',
    '../../etc/passwd',
  ],
  ...[
    "' OR 1=1 --",
    '{{7*7}}',
    '<script>',
    '=cmd|x',
    '2026-13-45',
    'cs_test_1',
    'C-1001',
    '00000000-0000-0000-0000-000000000000',
  ],
];
const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...KNOWN) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.uuid() },
  { weight: 1, arbitrary: fc.string({ minLength: 2_000, maxLength: 3_000 }) },
);
// What the forms and pages really ask for, so that more than the first check is reached.
const NAMES = [
  ...[
    'text',
    'key',
    'note',
    'email',
    'name',
    'role',
    'member',
    'password',
    'current',
    'again',
    'code',
    'q',
    'typed',
    'show',
    'group',
  ],
  ...[
    'period',
    'from',
    'to',
    'at',
    'older',
    'newer',
    'after',
    'before',
    'person',
    'order',
    'action',
    'by',
    'version',
    'locale',
  ],
  ...[
    'closedDay',
    'hours0',
    'minutes0',
    'text0fr',
    'beginHour',
    'endHour',
    'address',
    'hours',
    'amount',
    'reason',
    'request',
    'cause',
  ],
  ...[
    'location',
    'quantity',
    'slot',
    'session_id',
    'order_id',
    'token',
    'next',
    'part',
    'open',
    'Body',
    'From',
    'MessageSid',
    'seenAt',
  ],
];
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 12 }));
const fields = fc.array(fc.tuple(name, value), { maxLength: 12 });
const garbage = fc.string({ unit: 'binary', maxLength: 200 });
const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fields.map((pairs) => ({ type: 'application/x-www-form-urlencoded', text: encode(pairs) })),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }).map((text) => ({ type: 'application/json', text })) },
  { weight: 1, arbitrary: garbage.map((text) => ({ type: 'multipart/form-data; boundary=x', text })) },
  { weight: 1, arbitrary: garbage.map((text) => ({ type: 'text/plain', text })) },
);

/** As browsers write it: half a character becomes U+FFFD. */
const wellFormed = (text: string) => Buffer.from(text).toString();
const encode = (pairs: readonly (readonly [string, string])[]) =>
  new URLSearchParams(pairs.map(([key, text]) => [wellFormed(key), wellFormed(text)])).toString();

const request = fc.record({
  route: fc.nat(),
  params: fc.array(value, { minLength: 3, maxLength: 3 }),
  query: fields,
  body,
  isLoggedIn: fc.boolean(),
  hasToken: fc.boolean(),
  accept: fc.constantFrom('text/html', 'application/json', '*/*', 'nonsense'),
});

test('no route answers with a fault of ours, or tells of our insides, whatever is sent to it', async () => {
  // Streams do not end; the log-out would end the session that the others are tried with.
  const routes = allRoutes().filter(
    ({ method, path }) => /get|post/.test(method) && !/\/staff\/live|\/staff\/logout|sign-out|password/.test(path),
  );
  expect(routes.length).toBeGreaterThan(60);
  const { csrf = '' } = boss.hiddenFields((await boss.request('/staff/account')).body);
  await fc.assert(
    fc.asyncProperty(request, async (given) => {
      const { method, path } = routes[given.route % routes.length] as (typeof routes)[number];
      let nth = 0;
      const address = path.replaceAll(/:\w+/g, () => encodeURIComponent(wellFormed(given.params[nth++] ?? 'x')) || 'x');
      const isPost = method === 'post';
      const isForm = given.body.type.includes('urlencoded');
      const text =
        isPost && isForm && given.hasToken ? `csrf=${encodeURIComponent(csrf)}&${given.body.text}` : given.body.text;
      const response = await fetch(`${desk.web.publicUrl}${address}?${encode(given.query)}`, {
        method: method.toUpperCase(),
        redirect: 'manual',
        headers: {
          accept: given.accept,
          origin: desk.web.publicUrl,
          ...(given.isLoggedIn && { cookie: boss.cookie() }),
          ...(isPost && { 'content-type': given.body.type }),
        },
        ...(isPost && { body: wellFormed(text) }),
        signal: AbortSignal.timeout(10_000),
      });
      const answer = await response.text();
      // 503 says that a vendor or a part of the shop is away, which here it is.
      if (response.status >= 500 && response.status !== 503) throw new Error(`${method} ${path}: ${response.status}`);
      const told = isPage(response) ? answer.replaceAll(/value="[^"]*"|<textarea.*?<\/textarea>/gs, '') : answer;
      if (response.status >= 400 && INSIDES.test(told))
        throw new Error(`${method} ${path} tells: ${INSIDES.exec(told)}`);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 400), endOnFailure: true, interruptAfterTimeLimit: 90_000 },
  );
  expect(desk.logged.filter((line) => line.includes('"level":50') && !line.includes('"status":503'))).toEqual([]);
}, 120_000);

const isPage = (response: Response) => response.headers.get('content-type')?.includes('html') === true;
