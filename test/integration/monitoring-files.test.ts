import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { metricsOnly } from '../../src/http/metrics-only.ts';
import { listen } from '../../src/roles.ts';
import { createMeter } from '../../src/vendors/meter.ts';
import { createMetrics } from '../../src/vendors/metrics.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { openWebProcess } from '../support/web-process.ts';

const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, '../../docs/monitoring', file), 'utf8');

type Rule = { alert: string; expr: string; labels: { severity: string }; annotations: Record<string, string> };
type Panel = { id: number; type: string; title: string; gridPos: object; targets?: { expr: string; refId: string }[] };
const rules = (parse(read('alerts.yml')) as { groups: { name: string; rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const dashboard = JSON.parse(read('grafana-dashboard.json')) as {
  title: string;
  uid: string;
  schemaVersion: number;
  templating: { list: { name: string; type: string }[] };
  panels: Panel[];
};
const graphs = dashboard.panels.filter(({ type }) => type !== 'row');
// Grafana fills this in before Prometheus reads it.
const inDashboard = graphs.flatMap(({ targets = [] }) =>
  targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')),
);

/** The metrics an expression reads; throws when Prometheus would not take it. */
function metricsIn(expr: string): string[] {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter({ type, name, from, to }) {
      if (type.isError) throw new Error(`not PromQL: ${expr.slice(0, from)}<here>${expr.slice(from)}`);
      if (name === 'Identifier' && expr[from] !== undefined) names.push(expr.slice(from, to));
    },
  });
  return names;
}

/** What `selector` ({a="b",c=~"d|e"} behind a name) takes of a page's lines. */
function selected(page: string, selector: string): string[] {
  const [, name, matchers = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(selector) ?? [];
  const conditions = [...matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(([, label, operator = '', value]) => {
    const pattern = operator.endsWith('~') ? value : value?.replace(/[^\w]/g, '\\$&');
    return { matcher: new RegExp(`[{,]${label}="(${pattern})"`), isWanted: !operator.startsWith('!') };
  });
  return page
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .filter((line) => conditions.every(({ matcher, isWanted }) => matcher.test(line) === isWanted));
}

/** The selectors of an expression that Prometheus looks back with, without their times. */
function countedIn(expr: string): string[] {
  return [...expr.matchAll(/(\w+(?:\{[^}]*\})?)\[\d+[smh]\]/g)].map(([, selector = '']) => selector);
}

/** What a page offers to ask for: a histogram's three series by their own names. */
function offeredBy(page: string): Set<string> {
  const types = [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
    ),
  );
}

let database: TestDatabase;
let web: Awaited<ReturnType<typeof openWebProcess>>;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await openWebProcess(database);
});
afterAll(async () => {
  await web.close();
  await database.close();
});

test('every metric the dashboard and the alerts read is on the page of a running web', async () => {
  const offered = offeredBy(await (await fetch(`${web.publicUrl}/metrics`)).text());
  // Prometheus' own, of each scrape.
  offered.add('up');
  const asked = [...inDashboard, ...rules.map(({ expr }) => expr)].flatMap(metricsIn);
  expect(asked.length).toBeGreaterThan(60);
  expect([...new Set(asked)].filter((name) => !offered.has(name))).toEqual([]);
});

test('no label is called as one of those that Prometheus gives each series, whose own would win', async () => {
  const page = await (await fetch(`${web.publicUrl}/metrics`)).text();
  expect(page).toContain('{sweep="expire-checkouts"}');
  expect(page).not.toMatch(/[{,](job|instance)="/);
});

test('what an alert counts is at 0 before the first is counted, or its first would be none', async () => {
  const page = await createMeter().registry.metrics();
  // By route, or by vendor and call: as many as there are. What they tell of goes on happening while it is broken.
  const open = /^comptoir_(http_request|vendor_call)_seconds/;
  const fromMeter = rules
    .flatMap(({ expr }) => countedIn(expr))
    .filter((selector) => /_(total|bucket|count|sum)\b/.test(selector) && !open.test(selector));
  expect(new Set(fromMeter).size).toBe(5);
  for (const selector of fromMeter) {
    const lines = selected(page, selector);
    expect([selector, lines.length > 0, lines.every((line) => line.endsWith(' 0'))]).toEqual([selector, true, true]);
  }
});

test('the page tells nobody from outside what the shop sells and what it costs', async () => {
  const through = { 'x-forwarded-for': '203.0.113.7' };
  const toStranger = await fetch(`${web.publicUrl}/metrics`, { headers: through });
  expect(toStranger.status).toBe(401);
  expect(await toStranger.text()).not.toContain('comptoir');
  const ofOurNetwork = await fetch(`${web.publicUrl}/metrics`);
  expect(await ofOurNetwork.text()).toContain('comptoir_orders');
});

test('what is no PromQL, or no metric, is told', () => {
  expect(() => metricsIn('sum(rate(up[5m])')).toThrow('not PromQL');
  expect(metricsIn('sum by (vendor) (rate(comptoir_x_total{outcome=~"a|b"}[5m])) > 0.05 * max(up)')).toEqual([
    'comptoir_x_total',
    'up',
  ]);
});

test('each alert says how bad it is, what it is and what to do', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, labels, annotations } of rules) {
    expect(alert).toMatch(/^Comptoir[A-Z]\w+$/);
    expect(['page', 'ticket']).toContain(labels.severity);
    expect(annotations).toEqual({ summary: expect.any(String), description: expect.any(String) });
  }
});

test('the dashboard can be imported: it names itself, asks for its Prometheus, and no two panels share an id', () => {
  expect(dashboard).toMatchObject({ title: 'Comptoir', uid: 'comptoir', schemaVersion: expect.any(Number) });
  expect(dashboard).not.toHaveProperty('id');
  expect(dashboard.templating.list).toContainEqual(expect.objectContaining({ name: 'datasource', type: 'datasource' }));
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  for (const panel of graphs) {
    expect(panel).toMatchObject({
      datasource: { type: 'prometheus', uid: expect.stringMatching(/^\$\{datasource\}$/) },
      gridPos: { h: expect.any(Number), w: expect.any(Number), x: expect.any(Number), y: expect.any(Number) },
    });
    expect(panel.targets?.every(({ expr, refId }) => expr && refId)).toBe(true);
  }
});

test("a worker's port serves what its process counted and nothing else, and asks no database", async () => {
  const { registry, ...meter } = createMeter();
  meter.count('messages_sent_total', { form: 'text' });
  const metrics = createMetrics(registry, () => Promise.reject(new Error('the database was asked')));
  const worker = await listen(metricsOnly(metrics.processPage), 0, { host: '127.0.0.1' });
  const at = `http://127.0.0.1:${worker.port}`;
  const response = await fetch(`${at}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/);
  const page = await response.text();
  expect(page).toContain('comptoir_messages_sent_total{form="text"} 1');
  expect(page).toContain('process_resident_memory_bytes');
  expect((await fetch(`${at}/`)).status).toBe(404);
  expect((await fetch(`${at}/metrics`, { method: 'POST' })).status).toBe(404);
  await worker.close();
  metrics.stop();
});
