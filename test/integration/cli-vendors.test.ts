import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { LOCALES } from '../../src/domain/locale.ts';
import { TEMPLATE_KEYS } from '../../src/domain/outbound-message.ts';
import { HANDLED_STRIPE_EVENTS } from '../../src/domain/stripe-events.ts';
import { startMailServer } from '../support/mail-server.ts';
import { startMongodbStandIn } from '../support/mongodb/stand-in.ts';
import { type Recorded, type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { runCommand } from '../support/run-command.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { clockAhead } from '../support/wrong-clock.ts';

// The commands that ask the vendors, or set them up.

let database: TestDatabase;
let vendors: RecordingServer;
beforeAll(async () => {
  database = await createTestDatabase();
  vendors = await startRecordingServer(answerVendors);
});
afterAll(async () => {
  await vendors.close();
  await database.close();
});

const accountSid = `AC${'0'.repeat(32)}`;
function answerVendors({ method, path: where }: Recorded) {
  if (where.startsWith('/v1/webhook_endpoints')) {
    return {
      json: method === 'GET' ? { object: 'list', data: [], has_more: false } : { id: 'we_1', secret: 'whsec_new' },
    };
  }
  if (where.startsWith('/v1/balance')) return { json: { object: 'balance', livemode: false } };
  if (where.startsWith('/v1/models')) return { json: { id: 'gpt-5-mini', object: 'model' } };
  if (where.startsWith('/v1/Content')) {
    return { json: { sid: `HX${'1'.repeat(32)}`, status: 'received', whatsapp: { status: 'approved' } } };
  }
  if (where.startsWith('/v2')) return { json: { senders: [], meta: { key: 'senders' } } };
  return { json: { sid: accountSid, status: 'active' } };
}

const TEMPLATES = TEMPLATE_KEYS.length * LOCALES.length;
// Each run is a process that loads the SDKs; several in one test take a while on a busy machine.
jest.setTimeout(60_000);

const run = (name: string, args: string[] = [], env: Record<string, string> = {}) =>
  runCommand(name, args, { DATABASE_URL: database.url, ...env });

const stripeEnv = () => ({
  STRIPE_SECRET_KEY: 'sk_test_x',
  STRIPE_API_BASE_URL: vendors.url,
  PUBLIC_URL: 'https://shop.example',
});
const twilioEnv = () => ({
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_WHATSAPP_FROM: 'whatsapp:+14155238886',
  TWILIO_API_BASE_URL: vendors.url,
});

test('stripe:setup makes the endpoint and prints its secret once', async () => {
  const { code, stdout } = await run('setup-stripe', [], stripeEnv());
  expect(code).toBe(0);
  expect(stdout).toContain('STRIPE_WEBHOOK_SECRET=whsec_new');
  expect(new URLSearchParams(vendors.last('webhook_endpoints').body).get('url')).toBe(
    'https://shop.example/webhook/stripe',
  );
  expect(stdout).toContain(`${HANDLED_STRIPE_EVENTS.length} events`);
  await expect(run('setup-stripe')).resolves.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('STRIPE_SECRET_KEY is missing'),
  });
});

test('twilio:setup submits every message in every language, and asks for their approval the second time', async () => {
  const env = { ...twilioEnv(), PUBLIC_URL: 'https://shop.example' };
  const first = await run('setup-twilio', [], env);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout.match(/submitted\s+received/g)).toHaveLength(TEMPLATES);
  const thankYou = vendors.requests.find(({ body }) => body.includes('comptoir_thank_you_fr'));
  expect(thankYou?.body).toContain('https://shop.example/media/qr/{{5}}.png');
  const second = await run('setup-twilio', [], env);
  expect(second.stdout.match(/known\s+approved/g)).toHaveLength(TEMPLATES);
  await expect(database.db.messageTemplate.count({ where: { approval: 'approved' } })).resolves.toBe(TEMPLATES);
});

test('doctor tells what answers, what is simulated and what production would ask for', async () => {
  const env = { ...stripeEnv(), STRIPE_WEBHOOK_SECRET: 'whsec_a', ...twilioEnv() };
  const healthy = await run('doctor', [], env);
  expect(healthy.code).toBe(0);
  expect(healthy.stdout).toMatch(/ok +database +PostgreSQL/);
  expect(healthy.stdout).toMatch(/ok +Twilio +account active/);
  expect(healthy.stdout).toMatch(/ok +Stripe +test mode/);
  expect(healthy.stdout).toMatch(/simulated +OpenAI/);
  expect(healthy.stdout).toMatch(/warning +configuration +for production, CRON_SECRET/);
  expect(healthy.stdout).toMatch(/off +mail +SMTP_URL and MAIL_FROM are not set/);
  expect(healthy.stdout).toMatch(/off +Slack/);
  expect(healthy.stdout).toMatch(/warning +Stripe events/);
  expect(healthy.stdout).toContain('Stripe tells this shop of no payment: npm run stripe:setup');
  expect(healthy.stdout).toMatch(/warning +Twilio sender +whatsapp:\+14155238886 is Twilio's sandbox/);
  expect(healthy.stdout).toContain('Try it out > Send a WhatsApp message > Sandbox settings');
  const ill = await run('doctor', [], { ...env, STRIPE_API_BASE_URL: 'http://127.0.0.1:9' });
  expect(ill.code).toBe(1);
  expect(ill.stdout).toMatch(/FAILED +Stripe +stripe_no_answer/);
  expect(ill.stdout).toMatch(/FAILED +Stripe events +stripe_no_answer/);
  expect(ill.stdout).toContain('mend Stripe, which FAILED above, then npm run doctor again');
  expect(ill.stdout).toMatch(/see in Stripe's dashboard, .*that it posts to https:\/\/shop.example\/webhook\/stripe/);
});

test('doctor fails, and says where to look, when a restricted key may not see Stripe’s webhook endpoints', async () => {
  const restricted = await startRecordingServer((request) =>
    request.path.startsWith('/v1/webhook_endpoints')
      ? { status: 403, json: { error: { type: 'invalid_request_error', message: 'not with this key' } } }
      : answerVendors(request),
  );
  try {
    const { code, stdout } = await run('doctor', [], { ...stripeEnv(), STRIPE_API_BASE_URL: restricted.url });
    expect(stdout).toMatch(/ok +Stripe +test mode/);
    expect(stdout).toMatch(/FAILED +Stripe events +.*HTTP 403/);
    expect(stdout).toContain('posts to https://shop.example/webhook/stripe: Stripe events could not be looked at');
    expect(code).toBe(1);
  } finally {
    await restricted.close();
  }
});

test('doctor says when the clock is not PostgreSQL’s, and fails where no worker would start', async () => {
  expect((await run('doctor')).stdout).toMatch(/^ok +clock/m);
  const off = await run('doctor', [], clockAhead(1));
  expect(off).toMatchObject({ code: 0, stdout: expect.stringMatching(/^warning +clock +this machine's clock says/m) });
  const wrong = await run('doctor', [], clockAhead(-90));
  expect(wrong).toMatchObject({ code: 1, stdout: expect.stringMatching(/^FAILED +clock +no worker starts: .*NTP/m) });
});

test('doctor says that an unknown model’s costs are not counted, and what to set', async () => {
  const env = { OPENAI_API_KEY: 'sk-a', OPENAI_BASE_URL: `${vendors.url}/v1`, OPENAI_MODEL: 'llama-of-ours' };
  const { code, stdout } = await run('doctor', [], env);
  expect(code).toBe(0);
  expect(stdout).toMatch(/warning +model price +what llama-of-ours costs is not known: .*Set OPENAI_PRICES to/);
  expect((await run('doctor', [], { ...env, OPENAI_PRICES: '0.1,0.1,0.4' })).stdout).not.toContain('model price');
});

test('doctor says whether MongoDB answers where the jobs are to be kept there', async () => {
  const mongodb = await startMongodbStandIn();
  try {
    const healthy = await run('doctor', [], { MONGODB_URL: mongodb.url });
    expect(healthy).toMatchObject({ code: 0, stdout: expect.stringMatching(/ok +MongoDB +answers/) });
  } finally {
    await mongodb.stop();
  }
  const away = { MONGODB_URL: 'mongodb://shop:hunter2@127.0.0.1:9/x?serverSelectionTimeoutMS=200' };
  const ill = await run('doctor', [], away);
  expect(ill).toMatchObject({ code: 1, stdout: expect.stringMatching(/FAILED +MongoDB .*check MONGODB_URL/) });
  expect(ill.stdout + ill.stderr).not.toContain('hunter2');
});

test('doctor says whether the mail server answers and takes the log-in, and sends nothing', async () => {
  const mailServer = await startMailServer({ login: { user: 'shop', password: 'right' } });
  try {
    const slackUrl = `${vendors.url}/services/a-secret`;
    const env = { MAIL_FROM: 'Shop <shop@example.com>', SLACK_WEBHOOK_URL: slackUrl };
    const healthy = await run('doctor', [], { ...env, SMTP_URL: mailServer.url });
    expect(healthy.stdout).toMatch(/ok +mail +the mail server answers, mail leaves from shop@example.com/);
    expect(healthy.stdout).toMatch(/ok +Slack +SLACK_WEBHOOK_URL is set/);
    const ill = await run('doctor', [], { ...env, SMTP_URL: mailServer.url.replace('right', 'wrong') });
    expect(ill.code).toBe(1);
    expect(ill.stdout).toMatch(/FAILED +mail +mail_login_refused: check SMTP_URL/);
    expect(`${healthy.stdout}${ill.stdout}`).not.toMatch(/a-secret|wrong/);
    expect(mailServer.mails).toEqual([]);
    expect(vendors.requests.filter(({ path: where }) => where.startsWith('/services'))).toEqual([]);
  } finally {
    await mailServer.close();
  }
});
