import type Stripe from 'stripe';
import type { SandboxClock } from '../clock.ts';
import { noSuch, StripeRefusal } from './errors.ts';
import type { StripeEvents } from './events.ts';
import { type Form, integerOf, metadataOf, refuseUnknown, textOf } from './form.ts';
import type { Ledger } from './ledger.ts';
import { newDispute, newRefund } from './resources.ts';

type Needs = { ledger: Ledger; events: StripeEvents; clock: SandboxClock };

const KNOWN = new Set(
  [
    'amount charge currency customer expand instructions_email metadata origin payment_intent reason',
    'refund_application_fee reverse_transfer',
  ].flatMap((names) => names.split(' ')),
);
const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'];

/** Money going back: refunds the shop asks for, and disputes the customer's bank opens. */
export class Refunds {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** POST /v1/refunds: all that is left of the charge, or the amount asked for. */
  create(form: Form): Stripe.Refund {
    refuseUnknown(form, KNOWN);
    const { ledger, events, clock } = this.#needs;
    const charge = this.#chargeOf(form);
    const amount = this.#amountOf(form, charge);
    const reason = textOf(form, 'reason');
    if (reason !== null && !REASONS.includes(reason)) {
      throw new StripeRefusal(`Invalid reason: must be one of ${REASONS.join(', ')}`, { param: 'reason' });
    }
    const refund = newRefund(charge, { amount, created: clock.nowSeconds(), reason, metadata: metadataOf(form) });
    ledger.refunds.put(refund.id, refund);
    const refunded = charge.amount_refunded + amount;
    const previous = { amount_refunded: charge.amount_refunded, refunded: charge.refunded };
    const after = { ...charge, amount_refunded: refunded, refunded: refunded === charge.amount };
    ledger.charges.put(charge.id, after);
    events.emit('refund.created', refund);
    events.emit('charge.refunded', after, previous);
    return refund;
  }

  /** For tests: the bank changes its mind about a refund; a failed one gives the money back to the charge. */
  setStatus(refundId: string, status: 'pending' | 'succeeded' | 'failed' | 'canceled'): Stripe.Refund {
    const { ledger, events } = this.#needs;
    const before = ledger.refund(refundId);
    const refund = ledger.refunds.put(refundId, { ...before, status } as Stripe.Refund);
    if (status === 'failed' || status === 'canceled') {
      const charge = ledger.charge(String(refund.charge));
      const amount_refunded = charge.amount_refunded - refund.amount;
      ledger.charges.put(charge.id, { ...charge, amount_refunded, refunded: false });
    }
    events.emit('refund.updated', refund, { status: before.status });
    if (status === 'failed') events.emit('refund.failed', refund);
    return refund;
  }

  /** For tests: the customer's bank takes back a charge, all of it unless told otherwise. */
  openDispute(chargeId: string, options: { amount?: number; reason?: string } = {}): Stripe.Dispute {
    const { ledger, events, clock } = this.#needs;
    const charge = ledger.charge(chargeId);
    ledger.charges.put(chargeId, { ...charge, disputed: true });
    const { amount = charge.amount, reason = 'fraudulent' } = options;
    const dispute = newDispute(charge, { amount, reason, created: clock.nowSeconds() });
    ledger.disputes.put(dispute.id, dispute);
    events.emit('charge.dispute.created', dispute);
    return dispute;
  }

  /** For tests: how the dispute ended for the shop. */
  closeDispute(disputeId: string, status: 'won' | 'lost'): Stripe.Dispute {
    const { ledger, events } = this.#needs;
    const before = ledger.disputes.get(disputeId);
    if (!before) throw noSuch('dispute', disputeId);
    const dispute = ledger.disputes.put(disputeId, { ...before, status });
    events.emit('charge.dispute.closed', dispute);
    return dispute;
  }

  #chargeOf(form: Form): Stripe.Charge {
    const { ledger } = this.#needs;
    const chargeId = textOf(form, 'charge');
    if (chargeId !== null) return ledger.charge(chargeId);
    const intentId = textOf(form, 'payment_intent');
    if (intentId === null) {
      throw new StripeRefusal(
        'One of the following params should be provided for this request: payment_intent or charge.',
      );
    }
    const intent = ledger.intent(intentId);
    if (intent.status !== 'succeeded' || typeof intent.latest_charge !== 'string') {
      const message = `This PaymentIntent (${intentId}) does not have a successful charge to refund.`;
      throw new StripeRefusal(message, { code: 'payment_intent_unexpected_state', param: 'payment_intent' });
    }
    return ledger.charge(intent.latest_charge);
  }

  #amountOf(form: Form, charge: Stripe.Charge): number {
    const left = charge.amount - charge.amount_refunded;
    if (!charge.paid) throw new StripeRefusal(`Charge ${charge.id} has not been paid.`, { param: 'charge' });
    if (left === 0) {
      throw new StripeRefusal(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
    }
    if (charge.disputed) {
      const message = `Charge ${charge.id} has been charged back; cannot issue a refund.`;
      throw new StripeRefusal(message, { code: 'charge_disputed' });
    }
    const amount = integerOf(form, 'amount') ?? left;
    if (amount <= 0) throw new StripeRefusal('This value must be greater than or equal to 1.', { param: 'amount' });
    if (amount > left) {
      const message = `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`;
      throw new StripeRefusal(message, { param: 'amount' });
    }
    return amount;
  }
}
