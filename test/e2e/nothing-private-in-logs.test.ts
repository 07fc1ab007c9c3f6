import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import twilio from 'twilio';
import { staffAt } from '../support/browserless-staff.ts';
import { buysFourTyres, customerOf, type TestCustomer } from '../support/customer.ts';
import { leaksIn, type PrivateWords, sentencesOf, spellingsOf } from '../support/private-words.ts';
import { decodeQr } from '../support/qr-reader.ts';
import { type RunningShop, STAFF, startProcess, startRunningShop } from '../support/running-shop.ts';
import { until } from '../support/until.ts';

// The built web and worker at their most talkative, through a purchase and through all that goes wrong around it; then
// everything they wrote is searched for what the test knows to be private.

const NAMES = { buyer: 'Clémentine Canarivoire', other: 'Théodule Passereauvert' };
const CANARY = {
  email: 'canari.zinzolin@volière-privée.example',
  asciiEmail: 'canari.zinzolin@voliere-privee.example',
  password: 'Mot-de-passe-canari-1789',
  text: 'Mon perroquet Zinzolinette ronfle sous la pluie',
  answer: 'Votre perroquet Zinzolinette peut venir au comptoir',
  arguments: 'argument-canari-zinzolin',
  header: 'en-tete-canari-zinzolin',
};
/** As long as a token of ours, and none. */
const unknownToken = () => randomBytes(32).toString('base64url');
const unknown = { pickup: unknownToken(), picture: unknownToken(), data: unknownToken(), link: unknownToken() };

let shop: RunningShop;
beforeAll(async () => {
  shop = await startRunningShop({ env: { LOG_LEVEL: 'trace' } });
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

/** PostgreSQL refuses every new row, and says the row in its refusal. */
async function whileRefused(table: string, act: () => Promise<unknown>): Promise<void> {
  await shop.db.$executeRawUnsafe(`ALTER TABLE ${table} ADD CONSTRAINT refused CHECK (false) NOT VALID`);
  try {
    await act();
  } finally {
    await shop.db.$executeRawUnsafe(`ALTER TABLE ${table} DROP CONSTRAINT refused`);
  }
}

/** Posts as Twilio would. */
function fromTwilio(
  path: string,
  fields: Record<string, string>,
  signedWith: string | null = shop.env.TWILIO_AUTH_TOKEN,
) {
  const url = shop.publicUrl + path;
  const signature = signedWith === null ? CANARY.header : twilio.getExpectedTwilioSignature(signedWith, url, fields);
  const headers = { 'x-twilio-signature': signature };
  return { signature, answer: fetch(url, { method: 'POST', headers, body: new URLSearchParams(fields) }) };
}

function fromStripe(payload: string) {
  const secret = shop.env.STRIPE_WEBHOOK_SECRET;
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const headers = { 'stripe-signature': signature };
  return { signature, answer: fetch(`${shop.publicUrl}/webhook/stripe`, { method: 'POST', headers, body: payload }) };
}

test('whatever happens, no number, name, text, key or token of a run is in what the processes write', async () => {
  const { twilio: network, stripe, model } = shop.sandbox;
  const buyer = customerOf(shop.sandbox, NAMES.buyer);
  const other = customerOf(shop.sandbox, NAMES.other);
  const secretsSeen: string[] = [];

  // The model refuses quoting what it was asked, then answers what nobody can read.
  model.script([
    { status: 400, body: { error: { message: quoting(buyer), type: 'invalid_request_error' } } },
    { calls: [{ name: CANARY.arguments, arguments: `{"${CANARY.arguments}": ` }] },
  ]);
  for (const time of [1, 2]) {
    other.writes(`${CANARY.text}, ${time} fois`);
    await other.hearsText(/./);
  }
  await isLogged('the model failed, rules answer');

  // The database refuses a message and quotes it: the web's turn; then what the worker writes.
  await whileRefused('inbound_messages', async () => {
    other.writes(CANARY.text);
    await isLogged('request failed');
  });
  await whileRefused('conversation_turns', async () => {
    other.writes(`Encore : ${CANARY.text}`);
    await isLogged('a turn failed');
  });
  // Twilio refuses a message for good, quoting where it was to go.
  network.faults.add({
    ...{ kind: 'status', method: 'POST', path: /Messages\.json$/, status: 400 },
    body: { code: 21211, message: quoting(other), status: 400, more_info: 'https://www.twilio.com/docs/errors/21211' },
  });
  other.writes('Vous avez des pneus 195/65 R15 ?');
  await isLogged('a message could not be sent');

  // The purchase; Stripe fails first, at the session and at the refund.
  const refusal = { error: { type: 'api_error', message: quoting(buyer), code: 'lock_timeout' } };
  // As often as the SDK tries.
  const busy = { kind: 'status', method: 'POST', status: 429, body: refusal, times: 3 } as const;
  stripe.faults.add({ ...busy, path: /checkout\/sessions$/ });
  const hurrying = setInterval(() => void hurry(), 300);
  const { sessionId, orderNumber } = await buysFourTyres(buyer).finally(() => clearInterval(hurrying));
  stripe.checkout.pay(sessionId);
  const thanks = await buyer.hears('the thank-you', ({ kind, body }) => kind === 'media' && body.includes(orderNumber));
  const picture = network.media(thanks.id);
  const pickupUrl = decodeQr(Buffer.from(picture?.base64 ?? '', 'base64'));
  const pickupToken = /[\w-]{43}$/.exec(pickupUrl ?? '')?.[0] as string;

  const staff = staffAt(shop.publicUrl);
  await staff.logIn(undefined, { email: CANARY.asciiEmail, password: CANARY.password });
  await staff.logIn(undefined, { email: CANARY.email, password: CANARY.password });
  await staff.request('/staff/forgot', { email: CANARY.asciiEmail });
  await staff.logIn();
  const csrf = async () => {
    const { csrf: token = '' } = staff.hiddenFields((await staff.request('/staff/account')).body);
    secretsSeen.push(token);
    return token;
  };
  const { page } = await staff.collect(`${shop.publicUrl}/pickup/${pickupToken}`);
  secretsSeen.push(staff.hiddenFields(page.body).csrf ?? '');
  const order = await shop.db.order.findUniqueOrThrow({
    where: { number: orderNumber },
    include: { attempts: { include: { payment: true } }, customer: { include: { conversation: true } } },
  });
  expect(order.status).toBe('collected');

  // A person answers, a stranger's token is refused.
  const talk = `/staff/conversations/${order.customer.conversation?.id}`;
  await staff.request(`${talk}/take-over`, { csrf: await csrf() });
  await staff.request(`${talk}/answer`, { csrf: await csrf(), key: randomUUID(), text: CANARY.answer });
  await buyer.hearsText(/Zinzolinette/);
  await staff.request(`${talk}/give-back`, { csrf: await csrf() });
  await staff.request(`${talk}/answer`, { csrf: unknownToken(), key: randomUUID(), text: CANARY.answer });
  await staff.request(`/staff?q=${encodeURIComponent(NAMES.buyer)}`);

  stripe.faults.add({ ...busy, path: /refunds$/ });
  const payment = order.attempts[0]?.payment?.id as string;
  const wish = { payment, reason: 'requested_by_customer', key: randomUUID(), csrf: await csrf() };
  expect((await staff.request(`/staff/orders/${order.id}/refund`, wish)).status).toBe(303);
  await isLogged('refund not accepted yet');
  await until('the money went back', async () => {
    await hurry();
    return shop.db.refund.findFirst({ where: { status: 'succeeded' } });
  });

  // Broken and forged webhooks.
  const message = { From: `whatsapp:${phoneOf(buyer)}`, Body: CANARY.text, ProfileName: NAMES.buyer };
  const signatures = [
    fromTwilio('/whatsapp/inbound', message),
    fromTwilio('/whatsapp/inbound', message, null),
    fromTwilio('/whatsapp/inbound', message, 'another token altogether'),
    fromTwilio(`/whatsapp/status?message=${CANARY.arguments}`, { MessageStatus: CANARY.arguments, ...message }),
    fromStripe(`{"id":"evt_1","email":"${CANARY.asciiEmail}","name":${NAMES.buyer}`),
    fromStripe(JSON.stringify({ id: 'evt_2', object: 'event', phone: phoneOf(buyer), type: CANARY.text })),
  ];
  for (const { answer } of signatures) await answer;
  const post = (path: string, headers: Record<string, string>, body: string) =>
    fetch(shop.publicUrl + path, { method: 'POST', headers, body });
  const form = 'application/x-www-form-urlencoded';
  await post('/whatsapp/inbound', { 'content-type': `${form}; charset=${CANARY.header}` }, CANARY.text);
  await post('/whatsapp/inbound', { 'content-type': form, 'content-encoding': CANARY.header }, CANARY.text);
  await post('/staff/login', { 'content-type': `${form}; charset=${CANARY.header}` }, CANARY.text);
  await post('/staff/login', { 'content-type': form }, `${'a=1&'.repeat(1200)}password=${CANARY.password}`);
  await post('/webhook/stripe', { 'stripe-signature': CANARY.header, 'content-encoding': CANARY.header }, CANARY.text);
  await post('/cron/payment-reminders', { authorization: `Bearer ${CANARY.header}` }, '');

  // Addresses that hold what nobody has, or what nobody can decode.
  for (const path of [
    `/pickup/${unknown.pickup}`,
    `/media/qr/${unknown.picture}.png`,
    `/media/data/${unknown.data}.json`,
    `/staff/link/${unknown.link}`,
    `/pickup/${pickupToken}%E0%A4%A`,
    `/media/qr/%E0%A4%A${CANARY.arguments}.png`,
    `/media/data/${encodeURIComponent(CANARY.text)}%FF.json`,
    `/${encodeURIComponent(phoneOf(buyer))}/${CANARY.arguments}%`,
    `/assets/${CANARY.arguments}%00/${unknown.pickup}`,
    `/payment/success?session_id=cs_test_${unknown.link.replaceAll('-', '')}`,
    `/payment/verify-session?session_id=${CANARY.arguments}`,
  ])
    await staff.request(path);

  // The database lets nobody in for a moment, and its password is wrong where another process starts.
  await shop.db.$executeRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'the_running_shop' AND datname = current_database()`;
  await isLogged('polling until it is back');
  const wrong = new URL(shop.env.DATABASE_URL);
  wrong.password = CANARY.password;
  const refused = [
    startProcess('worker.js', { ...shop.env, DATABASE_URL: wrong.href }),
    startProcess('server.js', { ...shop.env, DATABASE_URL: `postgres//comptoir:${CANARY.password}@localhost` }),
  ];
  await until('both gave up', () => refused.every(({ child }) => child.exitCode !== null), { timeoutMs: 15_000 });

  // STOP, the copy of what is kept, and forgetting.
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
    signature: signatures.flatMap(({ signature }) => signature.split(/,?\w+=/)),
  };
  for (const [kind, each] of Object.entries(words)) {
    // An empty list, or a word that was not had, would prove nothing.
    expect([kind, each.filter((word) => word?.length >= 8).length]).not.toEqual([kind, 0]);
  }
  expect(leaksIn(logs() + refused.map(({ output }) => output()).join(''), words)).toEqual([]);
}, 120_000);
