import { expect, test } from '@jest/globals';
import { withoutPerson } from '../../src/domain/personal-data.ts';

test('what Stripe says of who paid goes, ids, amounts and states stay', () => {
  const card = { id: 'pm_1', billing_details: { name: 'Ana' }, card: { last4: '4242', fingerprint: 'f' } };
  const intent = {
    id: 'pi_1',
    amount: 9000,
    payment_method: 'pm_1',
    last_payment_error: { code: 'card_declined', payment_method: card },
    shipping: { address: { line1: '12 rue' } },
    charges: [{ id: 'ch_1', receipt_email: 'ana@exemple.org', status: 'failed' }],
  };
  expect(withoutPerson(intent)).toEqual({
    id: 'pi_1',
    amount: 9000,
    payment_method: 'pm_1',
    last_payment_error: { code: 'card_declined' },
    charges: [{ id: 'ch_1', status: 'failed' }],
  });
});
