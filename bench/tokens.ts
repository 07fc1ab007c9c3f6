import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import pg from 'pg';
import { type Db, openDatabase, type SqlPool } from '../src/db/client.ts';
import { fillSearchIndex } from '../src/db/search-index.ts';
import { SandboxClock } from '../src/sandbox/clock.ts';
import { ModelStandIn } from '../src/sandbox/openai/model.ts';
import { SandboxStore } from '../src/sandbox/store.ts';
import { createModel } from '../src/vendors/openai.ts';
import { agentNeeds, openPhone } from '../test/support/conversation.ts';
import { createPromptCounter } from './count-prompt.ts';
import { createFurtherDatabase } from './further-database.ts';
import { fillProducts } from './many-products.ts';
import { handOver } from './outcome.ts';
import { startBenchPostgres } from './shop-under-load.ts';
import { table } from './table.ts';

// What is really posted to the model's stand-in, counted by the vendor's tokenizer; the stand-in answers as a seller would.

/** The larger shop; the smaller has 100. */
const MANY = Number(process.env.BENCH_PRODUCTS ?? 100_000);

type Sent = { tokens: number; cacheable: number };
type Turn = { said: string; sent: Sent[] };
const sum = (sent: readonly Sent[], of: keyof Sent = 'tokens') => sent.reduce((total, each) => total + each[of], 0);
const whole = (value: number) => Math.round(value).toLocaleString('en');
const percent = (value: number) => `${(value * 100).toFixed(1)} %`;

async function startStandIn() {
  const standIn = new ModelStandIn({ clock: new SandboxClock(new SandboxStore()) });
  const server = createServer(express().use(standIn.router)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return { standIn, baseUrl, close: () => server.close() };
}
type StandIn = Awaited<ReturnType<typeof startStandIn>>;

/** A shop of so many products in a database of its own. */
async function openShop(adminUrl: string, products: number) {
  const url = await createFurtherDatabase(adminUrl, `shop_of_${products}`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await fillProducts(client, products);
  await client.end();
  const shop = openDatabase(url, { maxConnections: 10, onError: () => {} });
  await fillSearchIndex(shop.db);
  return shop;
}
type Shop = { db: Db; pool: SqlPool };

/** A customer of that shop; `says` and `taps` answer what that turn sent to the model. */
function openCustomer(shop: Shop, { standIn, baseUrl }: StandIn, count: ReturnType<typeof createPromptCounter>) {
  const model = createModel({ apiKey: 'sk-bench', model: 'gpt-5-mini', baseUrl });
  // A customer takes two minutes for a message: more of them at once are a flood, and wait.
  let minutes = 0;
  const clock = { now: () => new Date(Date.parse('2026-11-26T13:00:00Z') + minutes * 60_000) };
  const phone = openPhone(agentNeeds({ ...shop, url: '', close: async () => {} }, { model, clock }));
  const turns: Turn[] = [];
  const told: string[] = [];
  let fixed = '';
  const did = async (said: string, act: () => Promise<{ body: string }[]>) => {
    standIn.requests.length = 0;
    minutes += 2;
    const replies = await act();
    const [first] = standIn.requests;
    if (first) fixed = JSON.stringify(first.tools) + first.instructions;
    turns.push({ said, sent: standIn.requests.map(count) });
    told.push(said, ...replies.map(({ body }) => body));
  };
  return {
    phone,
    turns,
    /** Everything both have said, in order. */
    told,
    /** Tools and instructions, as they were sent. */
    fixed: () => fixed,
    says: (words: string) => did(words, () => phone.says(words)),
    taps: (title: string) => did(title, () => phone.taps(title)),
  };
}

/** The golden purchase: a wish, a size, a choice, a quantity, a service beside it, the order, the place, the yes. */
async function buys(customer: ReturnType<typeof openCustomer>): Promise<void> {
  await customer.says('Bonjour, il me faudrait des pneus pour ma Clio, vous avez ça ?');
  await customer.says('alors c’est du 205/55 R16, qu’est-ce que vous me proposez ?');
  await customer.says('2');
  await customer.says('4');
  await customer.says('ajoutez aussi un équilibrage avec ça s’il vous plaît');
  await customer.says('commander');
  await customer.taps('Comptoir Jarry');
  await customer.says('oui');
  const orders = await customer.phone.orders();
  if (orders.length !== 1)
    throw new Error(`the golden purchase made ${orders.length} orders:\n${customer.told.join('\n---\n')}`);
}

/** What a first build would send: for each message one call with all products, all that was said, and the same instructions. */
async function naiveTokens(shop: Shop, customer: ReturnType<typeof openCustomer>): Promise<number> {
  const products = await shop.db.product.findMany({ include: { stockLevels: { include: { location: true } } } });
  const catalogue = products.map(({ id, label, description, category, attributes, priceMinor, stockLevels }) => ({
    ...{ id, label, description, category, attributes, price: `${(priceMinor / 100).toFixed(2)} EUR` },
    stock: Object.fromEntries(stockLevels.map(({ location, onHand }) => [location.name, onHand])),
  }));
  const fixed = countTokens(customer.fixed()) + countTokens(JSON.stringify(catalogue));
  const isMessage = new Set(customer.turns.map(({ said }) => said));
  const calls = customer.told.flatMap((said, index) =>
    isMessage.has(said) ? [customer.told.slice(0, index + 1)] : [],
  );
  return calls.reduce((total, history) => total + fixed + countTokens(JSON.stringify(history)), 0);
}

const TALK = [
  'qu’est-ce que vous avez en 205/55 R16 pour ma Clio en ce moment ?',
  'et le bridgestone alors, il tient bien la route sous la pluie ?',
  'montrez-moi plutôt du 195/55 R16, quelque chose de pas trop cher',
  'et chez goodyear, vous auriez la même chose en 205/55 R16 ?',
  'je ne sais pas trop, lequel de tous ces pneus est le meilleur en 205/55 R16 ?',
];

async function catalogueTable(shops: Map<number, Shop>, standIn: StandIn) {
  const perTurn = new Map<number, number>();
  for (const [products, shop] of shops) {
    const customer = openCustomer(shop, standIn, createPromptCounter());
    await buys(customer);
    const asked = customer.turns.filter(({ sent }) => sent.length > 0);
    perTurn.set(products, asked.reduce((total, { sent }) => total + sum(sent), 0) / asked.length);
  }
  const [few = 0, many = 0] = perTurn.values();
  handOver([
    {
      ...{ what: `a turn in a shop of ${whole(MANY)}`, value: many, unit: 'tokens' },
      bare: { what: 'in a shop of 100', value: few },
      wantedRatio: { atMost: 1.02 },
    },
  ]);
  const rows = [...perTurn].map(([products, tokens]) => [whole(products), whole(tokens)]);
  return table(['products', 'prompt tokens per turn'], [...rows, ['many / few', `**${(many / few).toFixed(3)}**`]]);
}

async function lengthTable(shop: Shop, standIn: StandIn) {
  const customer = openCustomer(shop, standIn, createPromptCounter());
  for (let turn = 0; turn < 50; turn++) await customer.says(TALK[turn % TALK.length] ?? '');
  const first = (turn: number) => customer.turns[turn - 1]?.sent[0]?.tokens ?? 0;
  const all = (turn: number) => sum(customer.turns[turn - 1]?.sent ?? []);
  const rows = [5, 10, 25, 50].map((turn) => [`${turn}`, whole(first(turn)), whole(all(turn))]);
  handOver([
    {
      ...{ what: 'the 50th turn, all its calls', value: all(50), unit: 'tokens' },
      bare: { what: 'the 5th', value: all(5) },
      wantedRatio: { atMost: 1.2 },
    },
  ]);
  const ratio = (of: (turn: number) => number) => `**${(of(50) / of(5)).toFixed(2)}**`;
  return table(
    ['turn', 'tokens of its first call', 'of all its calls'],
    [...rows, ['50 / 5', ratio(first), ratio(all)]],
  );
}

async function orderTable(shop: Shop, standIn: StandIn) {
  const count = createPromptCounter();
  // Somebody else has bought before: what all customers share is in the cache.
  await buys(openCustomer(shop, standIn, count));
  const customer = openCustomer(shop, standIn, count);
  await buys(customer);
  const sent = customer.turns.flatMap((turn) => turn.sent);
  const withoutModel = customer.turns.filter((turn) => turn.sent.length === 0).length;
  const naive = await naiveTokens(shop, customer);
  handOver([
    {
      ...{ what: 'a completed order', value: sum(sent), unit: 'tokens' },
      bare: { what: '100 products and all that was said in each call', value: naive },
      wantedRatio: { atMost: 0.25 },
    },
  ]);
  const rows = [
    ['ours', `${sent.length}`, whole(sum(sent)), percent(sum(sent, 'cacheable') / sum(sent))],
    ['naive: 100 products and all that was said in each call', `${customer.turns.length}`, whole(naive), ''],
    ['ours / naive', '', `**${(sum(sent) / naive).toFixed(3)}**`, ''],
  ];
  const perTurn = customer.turns.map(({ said, sent: calls }) => [
    ...[
      said,
      `${calls.length}`,
      whole(sum(calls)),
      calls.length > 0 ? percent(sum(calls, 'cacheable') / sum(calls)) : '',
    ],
  ]);
  return [
    table(['what', 'calls', 'prompt tokens per completed order', 'cacheable'], rows),
    `${withoutModel} of ${customer.turns.length} messages needed no model.`,
    table(['message', 'calls', 'prompt tokens', 'cacheable'], perTurn),
  ].join('\n\n');
}

/** Prompt tokens: against the catalogue's size, the conversation's length, and what a first build would send. */
async function benchTokens(): Promise<string> {
  const postgres = await startBenchPostgres();
  const standIn = await startStandIn();
  const opened = new Map<number, Shop & { close(): Promise<void> }>();
  try {
    for (const products of [100, MANY]) opened.set(products, await openShop(postgres.url, products));
    const small = opened.get(100) as Shop;
    return [
      await catalogueTable(opened, standIn),
      await lengthTable(small, standIn),
      await orderTable(small, standIn),
    ].join('\n\n');
  } finally {
    for (const shop of opened.values()) await shop.close();
    standIn.close();
    await postgres.stop();
  }
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${await benchTokens()}\n`);
