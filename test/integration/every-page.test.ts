import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addColumnToEveryTable, refusedStatements } from '../support/added-columns.ts';
import { armed, disarmed, hostile, makeHostile } from '../support/hostile-texts.ts';
import { type LivedInShop, openLivedInShop } from '../support/lived-in-shop.ts';
import { paidOrder } from '../support/money-desk.ts';
import { type CheckedPage, NO_PAGES, pagesOf } from '../support/pages.ts';
import { routesOf } from '../support/web.ts';

// What every page promises, whatever it shows. What only a browser can tell is in test/browser/every-page.test.ts.

let shop: LivedInShop;
let pages: CheckedPage[];

beforeAll(async () => {
  const env = { SHOP_NAME: hostile('shop-name'), SHOP_ADDRESS: hostile('shop-address'), SHOP_HOURS: hostile('hours') };
  shop = await openLivedInShop({ env });
  pages = pagesOf(shop);
}, 120_000);
afterAll(() => shop?.close());

async function open({ path, as, form }: Pick<CheckedPage, 'path' | 'as' | 'form'>) {
  const hidden = form && as !== 'nobody' ? shop.staff.hiddenFields((await shop[as].request(form.from)).body) : {};
  const body = form && { method: 'POST', body: new URLSearchParams({ ...hidden, ...form.fields }) };
  const cookie = as === 'nobody' ? '' : shop[as].cookie();
  const response = await fetch(shop.publicUrl + path, {
    redirect: 'manual',
    headers: { cookie, accept: 'text/html' },
    ...body,
  });
  return { status: response.status, headers: response.headers, html: await response.text() };
}
type Opened = Awaited<ReturnType<typeof open>>;

/** What is wrong with each page, by its name; nothing for those that are well. */
async function wrong(check: (opened: Opened, page: CheckedPage) => string[]) {
  const found: Record<string, string[]> = {};
  for (const page of pages) {
    const problems = check(await open(page), page);
    if (problems.length > 0) found[page.name] = problems;
  }
  return found;
}
const matches = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map(([text]) => text.slice(0, 200));
const times = (html: string, pattern: RegExp) => matches(html, pattern).length;

test('every route that answers to GET is a page of the list, or is known to be none', () => {
  const listed = [...new Set(pages.map(({ route }) => route)), ...NO_PAGES].filter((route) => route !== '(none)');
  expect(listed.sort()).toEqual(routesOf().sort());
});

test('every page is one: with a language, a title, one main part and one first heading, and no id twice', async () => {
  const found = await wrong(({ status, html }, page) => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    return [
      ...(status === page.status ? [] : [`answers ${status}`]),
      ...(/^<!doctype html><html lang="(fr|en|es)">/.test(html) ? [] : ['no language']),
      ...(/<title>[^<]+<\/title>/.test(html) ? [] : ['no title']),
      ...(times(html, /<main\b/g) === 1 ? [] : ['no main part']),
      ...(times(html, /<h1\b/g) === 1 ? [] : [`${times(html, /<h1\b/g)} first headings`]),
      ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id twice: ${id}`),
    ];
  });
  expect(found).toEqual({});
});

test('no page has a script, a style or a handler of its own, and each forbids them', async () => {
  const found = await wrong(({ html, headers }) => {
    const policy = headers.get('content-security-policy') ?? '';
    return [
      ...matches(html, /<script(?![^>]*\ssrc="\/assets\/)[^>]*>/g),
      ...matches(html, /<script[^>]*>[^<]+/g),
      ...matches(html, /<style\b/g),
      ...matches(html, /<[a-z][^>]*\s(?:style|on[a-z]+|srcdoc)=/g),
      ...matches(html, /(?:href|action|src)="(?!\/|#|\?|https?:)[^"]*/g),
      ...matches(html, /<(?:link|img|script)[^>]*(?:href|src)="https?:[^"]*/g),
      ...(policy.includes("default-src 'none'") ? [] : ['no policy']),
      ...(policy.includes("script-src 'self'") && policy.includes("style-src 'self'") ? [] : ['no sources']),
      ...matches(policy, /unsafe-inline|'unsafe-eval'|\*|data:|frame-ancestors (?!'none')/g),
      ...(headers.get('x-content-type-options') === 'nosniff' ? [] : ['may be sniffed']),
      ...(headers.get('cache-control') === 'no-store' ? [] : ['may be kept']),
      ...(/^(same-origin|no-referrer)$/.test(headers.get('referrer-policy') ?? '') ? [] : ['tells its address']),
    ];
  });
  expect(found).toEqual({});
});

test('every form works without a script: it says where it goes, has a button, and those who are logged in a token', async () => {
  const found = await wrong(({ html }, { as }) =>
    [...html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].flatMap(([, attributes = '', inside = '']) => [
      ...(/\saction="\//.test(attributes) && /\smethod="(get|post)"/.test(attributes) ? [] : [attributes]),
      ...(/<button type="submit"(?![^>]*\shidden)/.test(inside) ? [] : [`no button: ${attributes}`]),
      ...(as === 'nobody' || /method="get"/.test(attributes) || /name="csrf"/.test(inside) ? [] : ['no token']),
    ]),
  );
  expect(found).toEqual({});
});

test('pages, styles and scripts come compressed; event streams leave as they are written', async () => {
  const encodingOf = async (path: string) => {
    const aborter = new AbortController();
    const headers = { cookie: shop.manager.cookie(), 'accept-encoding': 'gzip, br' };
    const response = await fetch(shop.publicUrl + path, { headers, signal: aborter.signal });
    aborter.abort();
    return response.headers.get('content-encoding');
  };
  for (const path of ['/staff', '/assets/counter.css', '/assets/live.js']) expect(await encodingOf(path)).toBe('br');
  for (const path of ['/staff/live?orders', '/staff/orders.csv']) expect(await encodingOf(path)).toBeNull();
});

test('a form’s token is written differently on every page, and each is good', async () => {
  const tokens = new Set<string>();
  for (let visit = 0; visit < 3; visit++) {
    const { csrf = '' } = shop.staff.hiddenFields((await open({ path: '/staff/scan', as: 'staff' })).html);
    tokens.add(csrf);
    const { status } = await shop.staff.request('/staff/scan/collect', { csrf, code: 'C-999999' });
    expect(status).toBe(404);
  }
  expect(tokens.size).toBe(3);
});

test('names, labels, notes, messages, files and addresses with HTML in them are shown as text on every page', async () => {
  await makeHostile(shop.desk.database.pool);
  const shown = new Set<string>();
  const found = await wrong(({ status, html }, page) => {
    for (const name of disarmed(html)) shown.add(name);
    return status === page.status ? armed(html) : [`answers ${status}`];
  });
  expect(found).toEqual({});
  // The check above means something only where these are seen.
  expect([...shown]).toEqual(
    expect.arrayContaining([
      'shop-name',
      'customers.first_name',
      'customers.profile_name',
      'products.label',
      'products.brand',
      'products.description',
      'products.sku',
      'products.attributes',
      'products.category',
      'stock_levels.slot',
      'locations.name',
      'order_items.label',
      'order_items.sku',
      'staff_members.name',
      'staff_members.email',
      'staff_links.name',
      'staff_links.email',
      'inbound_messages.body',
      'outbound_messages.content',
      'audit_entries.details',
      'catalogue_imports.file_name',
      'payment_events.last_error',
      'refunds.reason',
      'reviews.reason',
    ]),
  );
});

test('what stands in the address is shown as text, or not at all', async () => {
  const names = [
    'q',
    'code',
    'counter',
    'next',
    'words',
    'done',
    'group',
    'period',
    'from',
    'to',
    'at',
    'older',
    'newer',
  ];
  const more = ['after', 'before', 'session_id', 'order_id', 'slips', 'category', 'email', 'name', 'problem'];
  const query = new URLSearchParams([...names, ...more].map((name) => [name, hostile(name)]));
  const shown = new Set<string>();
  const found: Record<string, string[]> = {};
  for (const { name, as, path } of pages.filter(({ form }) => !form)) {
    const { html } = await open({ as, path: `${path.split('?')[0]}?${query}` });
    for (const each of disarmed(html)) shown.add(each);
    if (armed(html).length > 0) found[name] = armed(html);
  }
  expect(found).toEqual({});
  expect([...shown]).toEqual(expect.arrayContaining(['q']));
});

test('a column that a later version adds to every table leaves every page, and every statement called by name, as it was', async () => {
  const { pool } = shop.desk.database;
  // 429: by now somebody has tried to log in too often.
  const answersOtherwise = ({ status }: Opened, page: CheckedPage) =>
    [page.status, 429].includes(status) ? [] : [`answers ${status}`];
  // A connection nobody needs for ten seconds is closed: each has statements to call again.
  const [pages] = await Promise.all([wrong(answersOtherwise), paidOrder(shop.desk)]);
  expect(pages).toEqual({});
  await paidOrder(shop.desk);
  expect(await addColumnToEveryTable(pool)).toBeGreaterThan(40);
  const { looked, refused } = await refusedStatements(pool);
  expect(refused).toEqual([]);
  expect(looked).toBeGreaterThan(20);
  await paidOrder(shop.desk);
  expect(await wrong(answersOtherwise)).toEqual({});
});
