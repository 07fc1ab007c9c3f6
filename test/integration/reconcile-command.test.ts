import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { derivePickupToken, hashPickupToken } from '../../src/domain/pickup.ts';
import { type MoneyDesk, openMoneyDesk, paidUnheard, stateOf } from '../support/money-desk.ts';
import { runCommand } from '../support/run-command.ts';

// The command has a process and a clock of its own, so nothing here moves the stand-in's: what must be older is made so.
jest.setTimeout(60_000);
let desk: MoneyDesk;
beforeEach(async () => {
  desk = await openMoneyDesk();
});
afterEach(() => desk.close());

const reconcile = (args: string[] = [], env: Record<string, string> = {}) =>
  runCommand('reconcile-payments', ['--days', '2', ...args], {
    DATABASE_URL: desk.database.url,
    SESSION_SECRET: desk.sessionSecret,
    STRIPE_SECRET_KEY: 'sk_test_x',
    STRIPE_API_BASE_URL: desk.sandbox.stripeBaseUrl,
    ...env,
  });

/** Everything at Stripe, and on our record, as if it were a quarter of an hour ago. */
async function age() {
  const { ledger, events } = desk.stripe;
  for (const event of events.all()) event.created -= 900;
  for (const charge of ledger.charges.all())
    ledger.charges.put(charge.id, { ...charge, created: charge.created - 900 });
  await desk.db.$executeRaw`UPDATE payments SET received_at = received_at - interval '15 minutes'`;
}
/** Paid a quarter of an hour ago, and nobody heard of it. */
async function paidLongUnheard() {
  const order = await paidUnheard(desk);
  await age();
  return { ...order, intentId: order.paymentIntentId };
}
const rows = async () => ({
  payments: await desk.db.payment.count(),
  events: await desk.db.paymentEvent.count(),
  runs: await desk.db.reconciliation.count(),
  notifications: await desk.db.notification.count(),
});

test('payments:reconcile --dry-run says what it would repair, changes nothing and exits with 1', async () => {
  const { orderId, intentId } = await paidLongUnheard();
  const before = await rows();
  const { code, stdout } = await reconcile(['--dry-run']);
  expect(stdout).toMatch(/Events: \d at Stripe, 2 missing here\./);
  expect(stdout).toContain(`differs: charge ${intentId} missing_here 9000 EUR`);
  expect(stdout).toMatch(/€90\.00 +€0\.00 +€0\.00 +€0\.00 +0 +0 +1\n/);
  expect(stdout).toContain('Nothing was changed');
  expect(code).toBe(1);
  expect(await rows()).toEqual(before);
  expect((await stateOf(desk, orderId)).order).toBe('pending_payment');
});

test('payments:reconcile repairs what is safe, says so and exits with 0; the same run again finds nothing', async () => {
  const { orderId } = await paidLongUnheard();
  const { code, stdout } = await reconcile();
  expect(stdout).toContain('2 missing here; stored');
  expect(stdout).toMatch(/€90\.00 +€90\.00 +€0\.00 +€0\.00 +0 +1 +0\n/);
  expect(stdout).toContain('All of it agrees.');
  expect(code).toBe(0);
  await desk.work();
  expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed', told: ['payment-link', 'thank-you'] });
  // The pickup code is the one that the shop derives from its own secret.
  const { id, tokenHash } = await desk.db.pickup.findUniqueOrThrow({ where: { orderId } });
  expect(tokenHash).toBe(hashPickupToken(derivePickupToken(desk.sessionSecret, id)));
  const { stdout: again } = await reconcile();
  expect(again).toContain('0 missing here');
  expect(again).toMatch(/€90\.00 +€90\.00 +€0\.00 +€0\.00 +0 +0 +0\n/);
});

test('payments:reconcile exits with 1 and names what remains', async () => {
  const { intentId } = await paidLongUnheard();
  const charge = desk.stripe.ledger.charge(desk.stripe.ledger.intent(intentId).latest_charge as string);
  desk.stripe.ledger.charges.put(charge.id, { ...charge, amount_captured: 8000 });
  const { code, stdout } = await reconcile();
  expect(stdout).toContain(`differs: charge ${intentId} amount_differs 8000 EUR / 9000 EUR`);
  expect(code).toBe(1);
  expect(await desk.db.notification.count({ where: { businessKey: { startsWith: 'ledger-differs' } } })).toBe(2);
});

test('payments:reconcile does what it can when Stripe refuses a part, and exits with 1', async () => {
  const { orderId } = await paidLongUnheard();
  desk.stripe.faults.add({ path: /v1\/events/, kind: 'status', status: 400, times: 100 });
  const { code, stdout, stderr } = await reconcile();
  expect(stderr).toMatch(/Events: FAILED, .*Stripe refused with HTTP 400/);
  expect(stdout).toContain('Stuck work: none.');
  expect(stdout).toContain('All of it agrees.');
  expect(code).toBe(1);
  expect((await stateOf(desk, orderId)).order).toBe('confirmed');
});

test('payments:reconcile says what it needs, and what it does not understand', async () => {
  const unset = await reconcile([], { STRIPE_SECRET_KEY: '', STRIPE_API_BASE_URL: '', SESSION_SECRET: '' });
  expect(unset.code).toBe(1);
  expect(unset.stderr).toMatch(/STRIPE_SECRET_KEY is missing[\s\S]*SESSION_SECRET is missing/);
  for (const days of ['31', 'x']) {
    const { code, stderr } = await reconcile(['--days', days]);
    expect(code).toBe(2);
    expect(stderr).toContain('--days must be a whole number from 1 to 30');
  }
});
