import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { staffAt } from '../support/browserless-staff.ts';
import { CANARY, NAMES, unknown, unknownToken } from '../support/canaries.ts';
import { buysFourTyres, customerOf, type TestCustomer } from '../support/customer.ts';
import { leaksIn, type PrivateWords, sentencesOf, spellingsOf } from '../support/private-words.ts';
import { decodeQr } from '../support/qr-reader.ts';
import { type RunningShop, STAFF, startProcess, startRunningShop } from '../support/running-shop.ts';
import { oddAddresses, sendNonsense } from '../support/strangers.ts';
import { until } from '../support/until.ts';

// The built web and worker at their most talkative, through a purchase and through all that goes wrong around it; then
// everything they wrote is searched for what the test knows to be private.

let shop: RunningShop;
let buyer: TestCustomer;
let other: TestCustomer;
let staff: ReturnType<typeof staffAt>;
beforeAll(async () => {
  shop = await startRunningShop({ env: { LOG_LEVEL: 'trace' } });
  buyer = customerOf(shop.sandbox, NAMES.buyer);
  other = customerOf(shop.sandbox, NAMES.other);
  staff = staffAt(shop.publicUrl);
  await shop.db.staffMember.update({ where: { email: STAFF.email }, data: { role: 'manager' } });
}, 120_000);
afterAll(() => shop.close(), 60_000);

const phoneOf = (customer: TestCustomer) => shop.sandbox.phones.customer(customer.id)?.phone as string;
/** What waits for its next try is tried now. */
const hurry = () =>
  shop.db.$transaction([
    shop.db.$executeRaw`UPDATE payment_attempts SET next_call_at = now() WHERE session_id IS NULL`,
    shop.db.$executeRaw`UPDATE refunds SET next_call_at = now() WHERE status = 'requested'`,
  ]);
const logs = () => shop.web.output() + shop.worker.output();
const isLogged = (what: string | RegExp) =>
  until(`the log says ${what}`, () => (typeof what === 'string' ? logs().includes(what) : what.test(logs())));

/** Everything a vendor could quote in a refusal. */
const quoting = (customer: TestCustomer) =>
  `'${phoneOf(customer)}' (${NAMES.buyer}, ${CANARY.asciiEmail}) cannot be used: ${CANARY.text}. Key ${shop.env.OPENAI_API_KEY}, ` +
  `${shop.env.STRIPE_SECRET_KEY}, token ${shop.env.TWILIO_AUTH_TOKEN}`;
/** Stripe refuses so as often as its SDK tries. */
const stripeIsBusy = (path: RegExp) => {
  const refusal = { error: { type: 'api_error', message: quoting(buyer), code: 'lock_timeout' } };
  shop.sandbox.stripe.faults.add({ kind: 'status', method: 'POST', status: 429, body: refusal, times: 3, path });
};

/** PostgreSQL refuses every new row, and says the row in its refusal. */
async function whileRefused(table: string, act: () => Promise<unknown>): Promise<void> {
  await shop.db.$executeRawUnsafe(`ALTER TABLE ${table} ADD CONSTRAINT refused CHECK (false) NOT VALID`);
  try {
    await act();
  } finally {
    await shop.db.$executeRawUnsafe(`ALTER TABLE ${table} DROP CONSTRAINT refused`);
  }
}

/** Tokens of forms that were seen on pages. */
const secretsSeen: string[] = [];
const csrf = async () => {
  const { csrf: token = '' } = staff.hiddenFields((await staff.request('/staff/account')).body);
  secretsSeen.push(token);
  return token;
};

/** The model refuses quoting what it was asked, then answers what nobody can read. */
async function theModelFails() {
  shop.sandbox.model.script([
    { status: 400, body: { error: { message: quoting(buyer), type: 'invalid_request_error' } } },
    { calls: [{ name: CANARY.arguments, arguments: `{"${CANARY.arguments}": ` }] },
  ]);
  for (const time of [1, 2]) {
    other.writes(`${CANARY.text}, ${time} fois`);
    await other.hearsText(/./);
  }
  await isLogged('the model failed, rules answer');
}

/** The database refuses a message and quotes it: the web's turn; then what the worker writes. */
async function theDatabaseRefuses() {
  await whileRefused('inbound_messages', async () => {
    other.writes(CANARY.text);
    await isLogged('request failed');
  });
  await whileRefused('conversation_turns', async () => {
    other.writes(`Encore : ${CANARY.text}`);
    await isLogged('a turn failed');
  });
}

/** Twilio refuses a message for good, quoting where it was to go. */
async function twilioRefuses() {
  shop.sandbox.twilio.faults.add({
    ...{ kind: 'status', method: 'POST', path: /Messages\.json$/, status: 400 },
    body: { code: 21211, message: quoting(other), status: 400, more_info: 'https://www.twilio.com/docs/errors/21211' },
  });
  other.writes('Vous avez des pneus 195/65 R15 ?');
  await isLogged('a message could not be sent');
}

/** The purchase, at whose session Stripe fails first; what the QR code holds. */
async function theBuyerPays() {
  stripeIsBusy(/checkout\/sessions$/);
  const hurrying = setInterval(() => void hurry(), 300);
  const { sessionId, orderNumber } = await buysFourTyres(buyer).finally(() => clearInterval(hurrying));
  shop.sandbox.stripe.checkout.pay(sessionId);
  const thanks = await buyer.hears('the thank-you', ({ kind, body }) => kind === 'media' && body.includes(orderNumber));
  const picture = shop.sandbox.twilio.media(thanks.id);
  const pickupUrl = decodeQr(Buffer.from(picture?.base64 ?? '', 'base64'));
  const pickupToken = /[\w-]{43}$/.exec(pickupUrl ?? '')?.[0] as string;
  return { orderNumber, pickupToken };
}

/** Log-ins that fail and one that does, and the goods handed over. */
async function staffHandOver(orderNumber: string, pickupToken: string) {
  await staff.logIn(undefined, { email: CANARY.asciiEmail, password: CANARY.password });
  await staff.logIn(undefined, { email: CANARY.email, password: CANARY.password });
  await staff.request('/staff/forgot', { email: CANARY.asciiEmail });
  await staff.logIn();
  const { page } = await staff.collect(`${shop.publicUrl}/pickup/${pickupToken}`);
  secretsSeen.push(staff.hiddenFields(page.body).csrf ?? '');
  const order = await shop.db.order.findUniqueOrThrow({
    where: { number: orderNumber },
    include: { attempts: { include: { payment: true } }, customer: { include: { conversation: true } } },
  });
  expect(order.status).toBe('collected');
  return {
    orderId: order.id,
    conversationId: order.customer.conversation?.id,
    payment: order.attempts[0]?.payment?.id as string,
  };
}

/** A person answers, a stranger's token is refused. */
async function staffAnswer(conversationId: string | undefined) {
  const talk = `/staff/conversations/${conversationId}`;
  await staff.request(`${talk}/take-over`, { csrf: await csrf() });
  await staff.request(`${talk}/answer`, { csrf: await csrf(), key: randomUUID(), text: CANARY.answer });
  await buyer.hearsText(/Zinzolinette/);
  await staff.request(`${talk}/give-back`, { csrf: await csrf() });
  await staff.request(`${talk}/answer`, { csrf: unknownToken(), key: randomUUID(), text: CANARY.answer });
  await staff.request(`/staff?q=${encodeURIComponent(NAMES.buyer)}`);
}

/** The money goes back, at the second try. */
async function staffRefund(orderId: string, payment: string) {
  stripeIsBusy(/refunds$/);
  const wish = { payment, reason: 'requested_by_customer', key: randomUUID(), csrf: await csrf() };
  expect((await staff.request(`/staff/orders/${orderId}/refund`, wish)).status).toBe(303);
  await isLogged('refund not accepted yet');
  await until('the money went back', async () => {
    await hurry();
    return shop.db.refund.findFirst({ where: { status: 'succeeded' } });
  });
}

/** The database lets nobody in for a moment, and its password is wrong where another process starts; what those wrote. */
async function theDatabaseIsAway() {
  await shop.db.$executeRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'the_running_shop' AND datname = current_database()`;
  await isLogged('polling until it is back');
  const wrong = new URL(shop.env.DATABASE_URL);
  wrong.password = CANARY.password;
  const refused = [
    startProcess('worker.js', { ...shop.env, DATABASE_URL: wrong.href }),
    startProcess('server.js', { ...shop.env, DATABASE_URL: `postgres//comptoir:${CANARY.password}@localhost` }),
  ];
  await until('both gave up', () => refused.every(({ child }) => child.exitCode !== null));
  return refused.map(({ output }) => output()).join('');
}

/** STOP, the copy of what is kept, and forgetting; the token of that copy. */
async function customersAskForTheirData() {
  other.writes('STOP');
  await until('the STOP is kept', () =>
    shop.db.customer.findFirst({ where: { profileName: NAMES.other, optedOutAt: { not: null } } }),
  );
  buyer.writes('mes données');
  const copy = await buyer.hearsText(/\/media\/data\//);
  const dataToken = /media\/data\/(.+)\.json/.exec(copy.body)?.[1] as string;
  await staff.request(`/media/data/${dataToken}.json`);
  buyer.writes('oublie-moi');
  await buyer.hearsOption(/^forget/);
  buyer.writes('oui');
  await until(
    'the buyer is forgotten',
    async () => (await shop.db.customer.count({ where: { profileName: NAMES.buyer } })) === 0,
  );
  return dataToken;
}

test('whatever happens, no number, name, text, key or token of a run is in what the processes write', async () => {
  await theModelFails();
  await theDatabaseRefuses();
  await twilioRefuses();
  const { orderNumber, pickupToken } = await theBuyerPays();
  const { orderId, conversationId, payment } = await staffHandOver(orderNumber, pickupToken);
  await staffAnswer(conversationId);
  await staffRefund(orderId, payment);
  const signatures = await sendNonsense(shop, phoneOf(buyer));
  for (const path of oddAddresses(pickupToken, phoneOf(buyer))) await staff.request(path);
  const refusedOutput = await theDatabaseIsAway();
  const dataToken = await customersAskForTheirData();

  const cookies = staff
    .cookie()
    .split('; ')
    .map((pair) => pair.slice(pair.indexOf('=') + 1));
  for (const role of [shop.worker, shop.web]) expect(await role.stop()).toBe(0);
  const said = [buyer, other].flatMap(({ id }) => shop.sandbox.phones.messages(id)).map(({ body }) => body);
  const words: PrivateWords = {
    'phone number': [buyer, other].flatMap((customer) => spellingsOf(phoneOf(customer))),
    name: Object.values(NAMES).flatMap((name) => [name, ...name.split(' ')]),
    'message text': [...said.flatMap(sentencesOf), 'Zinzolinette'],
    canary: Object.values(CANARY),
    'e-mail': [STAFF.email],
    password: [STAFF.password, new URL(shop.env.DATABASE_URL).password],
    key: [
      ...[shop.env.TWILIO_AUTH_TOKEN, shop.env.STRIPE_SECRET_KEY, shop.env.STRIPE_WEBHOOK_SECRET],
      ...[shop.env.OPENAI_API_KEY, shop.env.CRON_SECRET, shop.env.SESSION_SECRET],
    ],
    token: [pickupToken, dataToken, ...Object.values(unknown)],
    cookie: cookies.flatMap((value) => [value, decodeURIComponent(value).split('.')[0] as string]),
    'CSRF token': secretsSeen,
    signature: signatures.flatMap((signature) => signature.split(/,?\w+=/)),
  };
  for (const [kind, each] of Object.entries(words)) {
    // An empty list, or a word that was not had, would prove nothing.
    expect([kind, each.filter((word) => word?.length >= 8).length]).not.toEqual([kind, 0]);
  }
  expect(leaksIn(logs() + refusedOutput, words)).toEqual([]);
}, 120_000);
