import { expect, test } from '@jest/globals';
import { examine, isReached, stepsOf } from '../../src/cli/doctor-finding.ts';
import { lookAtWebhook } from '../../src/cli/doctor-stripe.ts';
import { webhookSteps } from '../../src/cli/doctor-twilio.ts';
import { AppError } from '../../src/domain/errors.ts';

const away = async () => {
  throw new AppError('mail_no_answer', 'the mail server does not answer');
};

test('what could not be asked is left to do: where to look instead, or to mend it and look again', async () => {
  const plain = await examine('mail', away);
  expect(plain).toMatchObject({ state: 'FAILED', detail: 'mail_no_answer: the mail server does not answer' });
  expect(stepsOf(plain)).toEqual(['mend mail, which FAILED above, then npm run doctor again']);
  const elsewhere = await examine('Stripe events', away, { elsewhere: "see in Stripe's dashboard" });
  expect(stepsOf(elsewhere)).toEqual(["see in Stripe's dashboard: Stripe events could not be looked at"]);
});

test('what answers leaves to do what it says, and nothing when all is well', async () => {
  expect(stepsOf(await examine('mail', async () => 'answers'))).toEqual([]);
  const warned = await examine('Stripe events', async () => ({
    state: 'warning',
    detail: 'none',
    steps: ['set it up'],
  }));
  expect(stepsOf(warned)).toEqual(['set it up']);
});

test('a vendor reaches an https address, and a stand-in any', () => {
  expect(isReached({ apiBaseUrl: undefined }, 'https://shop.example')).toBe(true);
  expect(isReached({ apiBaseUrl: undefined }, 'http://localhost:3000')).toBe(false);
  expect(isReached({ apiBaseUrl: 'http://127.0.0.1:9' }, 'http://localhost:3000')).toBe(true);
});

test('of a vendor that cannot reach the shop it is said what to set, not that a command would mend it', async () => {
  const address = 'http://localhost:3000';
  const stripe = { secretKey: 'sk_test_x', webhookSecrets: [], apiBaseUrl: undefined };
  await expect(lookAtWebhook(stripe, address, `${address}/webhook/stripe`)).resolves.toMatchObject({
    ...{ state: 'warning', steps: [expect.stringMatching(/^Stripe cannot reach http.*: set PUBLIC_URL/)] },
  });
  const nowhere = { url: null, method: null };
  const sender = { status: 'ONLINE', offlineReasons: [], inbound: nowhere, statusCallback: nowhere };
  const steps = webhookSteps(sender, { apiBaseUrl: undefined }, address);
  expect(steps).toEqual([expect.stringMatching(/^Twilio cannot reach http.*: set PUBLIC_URL/)]);
});
